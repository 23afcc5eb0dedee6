//! The error of a process that cannot listen.

use std::net::IpAddr;

use service::process::{StartError, bind};

#[tokio::test]
async fn a_port_can_be_bound_once() {
    for host in ["127.0.0.1", "0.0.0.0"] {
        let host: IpAddr = host.parse().unwrap();
        let first = bind(host, 0).await.unwrap();
        let port = first.local_addr().unwrap().port();
        let error = bind(host, port).await.unwrap_err();
        assert!(matches!(error, StartError::PortInUse { .. }));
        let line = format!("port {port} on {host} is in use (choose another with --port)");
        assert_eq!(error.to_string(), line);
        drop(first);
        bind(host, port).await.unwrap();
    }
}

#[tokio::test]
async fn an_address_of_another_machine_is_named_with_the_reason() {
    // TEST-NET-1 (RFC 5737) belongs to no machine.
    let error = bind("192.0.2.1".parse().unwrap(), 0).await.unwrap_err();
    let line = error.chain();
    assert!(line.starts_with("cannot listen on 192.0.2.1 port 0: "), "{line}");
    assert_eq!(line.lines().count(), 1);
}
