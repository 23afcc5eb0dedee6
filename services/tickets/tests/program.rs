//! The program: what it says of itself, and what it says when it is not told where its servers are.

testing::service_program_suite!("tickets", "SESSION_PUBLIC_KEY");
