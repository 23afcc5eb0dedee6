//! The names of operations and faults in the summary.

use crate::operation::{Link, Operation};

/// The name of an operation's kind.
pub(super) const fn kind(operation: Operation) -> &'static str {
    match operation {
        Operation::SignUp { .. } => "sign up",
        Operation::Offer { .. } => "offer",
        Operation::Edit { .. } => "edit",
        Operation::Withdraw { .. } => "withdraw",
        Operation::TakeDown { .. } => "take down",
        Operation::Order { .. } => "order",
        Operation::Pay { .. } => "pay",
        Operation::PayByCredit { .. } => "pay by credit",
        Operation::TopUp { .. } => "top up",
        Operation::Refund { .. } => "refund",
        Operation::RefundCents { .. } => "refund cents",
        Operation::Agree { .. } => "agree",
        Operation::FinishRefund { .. } => "finish a refund",
        Operation::ReadTicket { .. } => "read a ticket",
        Operation::ReadPayment { .. } => "read a payment",
        Operation::Cancel { .. } => "cancel",
        Operation::Export { .. } => "export",
        Operation::Ban { .. } => "ban",
        Operation::Unban { .. } => "lift a ban",
        Operation::SignIn { .. } => "sign in",
        Operation::Erase { .. } => "erase",
        Operation::ReadOrder { .. } => "read an order",
        Operation::FinishPayment { .. } => "finish a payment",
        Operation::Operate { .. } => "operate at the provider",
        Operation::Forge => "forge",
        Operation::Deliver => "deliver",
        Operation::Repeat { .. } => "repeat",
        Operation::RepeatPending => "repeat pending calls",
        Operation::CloseConnection { .. } => "close a connection",
        Operation::Turns { .. } => "turns",
        Operation::Step { .. } => "step",
        Operation::Settle => "settle",
        Operation::Pass { .. } => "pass",
        Operation::PassToDeadline { .. } => "pass to a deadline",
        Operation::Jump { .. } => "jump",
        Operation::EndFaults { .. } => "end faults",
        Operation::Pause { .. } => "pause",
        Operation::Resume => "resume",
        Operation::Crash { .. } => "crash",
        Operation::Restart { .. } => "restart",
        Operation::Store { .. } => "store fault",
        Operation::Bus { .. } => "bus fault",
        Operation::Provider { .. } => "provider fault",
    }
}

/// The name of the fault that an operation makes, if it makes one.
pub(super) fn fault(operation: Operation) -> Option<String> {
    Some(match operation {
        Operation::Store { fault, .. } => format!("store {fault:?}"),
        Operation::Bus { fault } => format!("bus {fault:?}"),
        Operation::Provider { fault } => format!("provider {fault:?}"),
        Operation::Crash { .. }
        | Operation::Pause { .. }
        | Operation::Jump { .. }
        | Operation::CloseConnection { .. }
        | Operation::Repeat { .. }
        | Operation::Forge => kind(operation).to_owned(),
        _ => match operation.link()? {
            Link::Reliable => return None,
            Link::RequestLost => "request lost".to_owned(),
            Link::ResponseLost => "response lost".to_owned(),
        },
    })
}
