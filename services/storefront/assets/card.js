// Stripe's form of cards on the page of an order: https://docs.stripe.com/payments/finalize-payments-on-the-server

const place = document.querySelector("[data-stripe]");
const form = place?.closest("form");

/** Shows a sentence above the form. */
function tell(text) {
  const note = form.querySelector("[role=alert]") ?? document.createElement("p");
  Object.assign(note, { className: "note bad", role: "alert", textContent: text });
  form.prepend(note);
}

function begin() {
  const { stripe: key, amount, currency } = place.dataset;
  const stripe = Stripe(key, { locale: document.documentElement.lang });
  const elements = stripe.elements({
    mode: "payment",
    amount: Number(amount),
    currency,
    paymentMethodCreation: "manual",
    paymentMethodTypes: ["card"],
  });
  elements.create("payment").mount(place);
  const card = form.querySelector("[data-card]");
  form.addEventListener("submit", async (event) => {
    if (!card.checked || card.value !== "") {
      return;
    }
    // The other listener must not send the form yet.
    event.preventDefault();
    event.stopPropagation();
    const { submitter } = event;
    submitter.setAttribute("aria-busy", "true");
    const checked = await elements.submit();
    const made = checked.error ? checked : await stripe.createPaymentMethod({ elements });
    submitter.removeAttribute("aria-busy");
    if (made.error) {
      tell(made.error.message);
      return;
    }
    card.value = made.paymentMethod.id;
    form.requestSubmit(submitter);
  });
}

if (form) {
  if (globalThis.Stripe) {
    begin();
  } else {
    tell(place.dataset.failed);
  }
}
