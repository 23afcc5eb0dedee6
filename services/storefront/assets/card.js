// Stripe's form of cards on the pages of an order and of credit, and the page of a payer's bank without a URL:
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
      let next;
      try {
        next = await run();
      } catch (error) {
        tell(place.dataset.failed);
        throw error;
      } finally {
        submitter.ariaBusy = null;
      }
      next?.(submitter);
    }
  });
}

/** The amount in the least unit of its currency: of the order, or of the fields of the form. Stripe takes no amount of 0. */
function charge() {
  const { amount, currency } = place.dataset;
  if (currency) {
    return { amount: Number(amount), currency };
  }
  const [chosen] = form.elements.currency.selectedOptions;
  const units = form.elements.amount.value.replace(",", ".") * 10 ** chosen.dataset.digits;
  return { amount: Math.round(units) || 1, currency: chosen.value };
}

/** Shows the fields of a card. Its payment method is the token of the form. */
function takeCard(stripe) {
  const elements = stripe.elements({
    mode: "payment",
    ...charge(),
    paymentMethodCreation: "manual",
    paymentMethodTypes: ["card"],
  });
  elements.create("payment").mount(place);
  const card = form.querySelector("[data-card]");
  onSubmit(() => card.checked && card.value === "", async () => {
    elements.update(charge());
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
