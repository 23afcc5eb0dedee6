// Stripe's form of cards on the page of an order, and the page of a payer's bank without a URL:
// https://docs.stripe.com/payments/finalize-payments-on-the-server

const place = document.querySelector("[data-stripe]");
const form = place?.closest("form");

/** The error of a challenge that the payer failed. It ends the attempt to pay, as a decline does. */
const NOT_AUTHENTICATED = "payment_intent_authentication_failure";

/** Shows a sentence above the form. */
function tell(text) {
  const note = form.querySelector("[role=alert]") ?? document.createElement("p");
  Object.assign(note, { className: "note bad", role: "alert", textContent: text });
  form.prepend(note);
}

/** Replaces submissions of the form by a function, as long as a condition holds; one at a time. */
function onSubmit(applies, run) {
  form.addEventListener("submit", async (event) => {
    const { submitter } = event;
    if (!applies()) {
      return;
    }
    // The other listener must not send the form yet.
    event.preventDefault();
    event.stopPropagation();
    if (submitter.ariaBusy !== "true") {
      submitter.ariaBusy = "true";
      const next = await run();
      submitter.ariaBusy = null;
      next?.(submitter);
    }
  });
}

/** Shows the fields of a card. Its payment method is the token of the form. */
function takeCard(stripe) {
  const { amount, currency } = place.dataset;
  const elements = stripe.elements({
    mode: "payment",
    amount: Number(amount),
    currency,
    paymentMethodCreation: "manual",
    paymentMethodTypes: ["card"],
  });
  elements.create("payment").mount(place);
  const card = form.querySelector("[data-card]");
  onSubmit(() => card.checked && card.value === "", async () => {
    const checked = await elements.submit();
    const made = checked.error ? checked : await stripe.createPaymentMethod({ elements });
    if (made.error) {
      tell(made.error.message);
      return null;
    }
    card.value = made.paymentMethod.id;
    return (submitter) => form.requestSubmit(submitter);
  });
}

/** Shows the page of the bank above this one, and goes to the page that awaits the result. */
function confirmAtBank(stripe) {
  onSubmit(() => true, async () => {
    const { error } = await stripe.handleNextAction({ clientSecret: form.dataset.secret });
    if (error && error.code !== NOT_AUTHENTICATED) {
      tell(error.message);
      return null;
    }
    return () => location.assign(form.action);
  });
}

if (form) {
  if (globalThis.Stripe) {
    const stripe = Stripe(place.dataset.stripe, { locale: document.documentElement.lang.split("-")[0] });
    (form.dataset.secret ? confirmAtBank : takeCard)(stripe);
  } else {
    tell(place.dataset.failed);
  }
}
