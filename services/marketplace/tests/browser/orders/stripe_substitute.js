// Has the functions of Stripe's script that pages call: https://docs.stripe.com/js
// Their results come in a later task, as those of requests do.
globalThis.Stripe = (key, { locale }) => {
  const check = (holds, text) => {
    if (!holds) {
      throw new Error(text);
    }
  };
  check(key === "pk_test_1" && ["en", "de"].includes(locale), "wrong key or locale");
  const later = (result) => new Promise((resolve) => setTimeout(() => resolve(result)));
  const place = (name, html) => {
    const part = document.createElement(name);
    part.append(...html);
    return part;
  };
  const elements = ({ mode, amount, currency, paymentMethodCreation, paymentMethodTypes }) => {
    check(mode === "payment", "wrong mode");
    let charged = { amount, currency };
    check(paymentMethodCreation === "manual" && paymentMethodTypes.join() === "card", "wrong methods");
    const input = document.createElement("input");
    let isSubmitted = false;
    return {
      create(type) {
        check(type === "payment", "wrong element");
        return { mount: (target) => target.append(place("label", ["Card number", input])) };
      },
      update(change) {
        charged = change;
      },
      async submit() {
        check(charged.amount === 2050 && charged.currency === "usd", "wrong amount");
        isSubmitted = input.value !== "";
        return later(isSubmitted ? {} : { error: { message: "Your card number is incomplete." } });
      },
      paymentMethod() {
        check(isSubmitted, "elements.submit() must precede createPaymentMethod()");
        return { id: `pm_card_${input.value}` };
      },
    };
  };
  const handleNextAction = ({ clientSecret }) => {
    check(/^pi_.+_secret_.+$/.test(clientSecret), "wrong secret");
    return new Promise((resolve) => {
      const button = (text, result) => {
        const button = place("button", [text]);
        button.addEventListener("click", () => resolve(result));
        return button;
      };
      const error = { code: "payment_intent_authentication_failure", message: "It failed." };
      document.body.append(place("div", [
        "The page of the bank",
        button("Yes, complete the payment", { paymentIntent: {} }),
        button("No, fail it", { error }),
      ]));
    });
  };
  return {
    elements,
    createPaymentMethod: async ({ elements }) => later({ paymentMethod: elements.paymentMethod() }),
    handleNextAction,
  };
};
