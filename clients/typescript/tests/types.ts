/** Mistakes that the compiler has to report: the type check fails where one is accepted. */

import { Client, ProblemError } from "../src/client.ts";

const api = new Client();

export async function mistakes(): Promise<void> {
  // @ts-expect-error: no such path
  await api.get("/api/seats");
  // @ts-expect-error: the path has no PUT
  await api.put("/api/orders");
  // @ts-expect-error: a parameter of the path is missing
  await api.get("/api/orders/{id}");
  // @ts-expect-error: the body is missing
  await api.post("/api/tickets");
  // @ts-expect-error: a field of the body is missing
  await api.post("/api/tickets", { body: { title: "Box" } });
  // @ts-expect-error: no such filter
  await api.get("/api/tickets", { query: { colour: "red" } });
  // @ts-expect-error: the operation takes no idempotency key
  await api.post("/api/users/signin", { body: { email: "", password: "" }, idempotencyKey: "1" });
  // @ts-expect-error: the operation takes no precondition
  await api.post("/api/tickets", { body: { title: "Box", price: 1 }, ifMatch: '"1"' });
  // @ts-expect-error: a body that is no file
  await api.put("/api/shows/{id}/image", { path: { id: "" }, body: "pixels" });
  // @ts-expect-error: not a list
  api.pages("/api/users/currentuser");
  // @ts-expect-error: a response has no such field
  (await api.get("/api/tickets")).data[0]?.colour;
  // @ts-expect-error: no such status
  if ((await api.post("/api/payments", { body: { orderId: "" } })).status === 200) return;
  // @ts-expect-error: no such code
  if (({} as ProblemError).code === "sold-out") return;
  // @ts-expect-error: a stream without topics
  api.live({});
  // @ts-expect-error: no such kind of topic
  api.live({ tickets: [], shows: [] });
  // @ts-expect-error: a topic that is no list
  api.live({ tickets: "" });
  for await (const event of api.live({ tickets: [], orders: [] })) {
    // @ts-expect-error: only the stock has units
    if (event.available === 0) return;
    // @ts-expect-error: no such event
    if (event.type === "order.paid") return;
    // @ts-expect-error: the stock has no order
    if (event.type === "inventory.changed" && event.orderId) return;
    // @ts-expect-error: no such status of an order
    if (event.type === "order.updated" && event.status === "paid") return;
  }
}
