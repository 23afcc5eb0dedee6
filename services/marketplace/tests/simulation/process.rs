//! A process of the marketplace: services, opened on engines that outlive the process.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::test::{TestRequest, init_service, read_body};
use reqwest::header::{HeaderValue, SET_COOKIE};
use service::application::{ApiDocument, ApplicationContext};
use service::{Application, Loop, Service, ServiceContext};
use store::{Committer, Unavailable};
use testing::Reply;
use tokio::sync::OnceCell;
use web::Sessions;

use crate::engines::Engines;
use crate::provider::Provider;

/// A process whose services are open, before its loops run.
pub(crate) struct Opened {
    pub(crate) http: Http,
    pub(crate) committers: Vec<Committer>,
    pub(crate) loops: Vec<Loop>,
}

/// The HTTP side of a process. Clones share one application.
pub(crate) type Http = Rc<dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = Reply>>>>;

/// The routes are compiled for the first request: most processes of a script receive none, and to
/// compile them takes longer than to open the services.
fn http(application: Application) -> Http {
    let (application, app) = (Rc::new(application), Rc::new(OnceCell::new()));
    Rc::new(move |request| {
        let (application, app) = (Rc::clone(&application), Rc::clone(&app));
        Box::pin(async move {
            let app = app.get_or_init(|| init_service(application.app())).await;
            let response = app.call(request.to_request()).await;
            read(response.expect("the application returns a response")).await
        })
    })
}

async fn read(response: ServiceResponse<impl actix_web::body::MessageBody>) -> Reply {
    let status = response.status().as_u16();
    let cookies = response.headers().get_all("set-cookie");
    let cookies = cookies.map(|cookie| {
        let cookie = HeaderValue::from_bytes(cookie.as_bytes());
        (SET_COOKIE, cookie.expect("a header"))
    });
    let headers = cookies.collect();
    let body = String::from_utf8(read_body(response).await.to_vec());
    Reply { status, headers, body: body.expect("the body is text") }
}

/// Opens services as one process, with its own sessions.
pub(crate) async fn open(names: &[&'static str], engines: &Engines) -> Result<Opened, Unavailable> {
    let sessions = engines.sessions();
    let (mut routes, mut checks) = (Vec::new(), Vec::new());
    let (mut committers, mut loops) = (Vec::new(), Vec::new());
    for name in names {
        let service = service(name, engines, &sessions).await?;
        routes.push(service.routes);
        checks.extend(service.checks);
        loops.extend(service.loops);
        committers.extend(service.stores.into_iter().map(|(_, committer)| committer));
    }
    loops.push(Loop::trim(engines.bus.clone(), engines.clock.clone()));
    let documented = documented(names, &routes)?;
    let (clock, ids) = (engines.clock.clone(), engines.ids.clone());
    let limits = web::RateLimits { trusted_proxies: 1, ..web::RateLimits::default() };
    let surroundings = ApplicationContext { checks, metrics: None, sessions, clock, ids, limits };
    let http = http(Application::new(routes, documented, surroundings));
    Ok(Opened { http, committers, loops })
}

async fn service(
    name: &'static str,
    engines: &Engines,
    sessions: &Sessions,
) -> Result<Service, Unavailable> {
    let platform = |name| engines.platform(name, sessions.clone());
    // The simulated provider and the mail server are outside the process and outlive it.
    if name == payments::NAME {
        let webhook_secrets = Provider::webhook_secrets();
        let options = payments::Options { webhook_secrets, ..payments::Options::default() };
        let gateway = engines.provider.gateway();
        return payments::service(platform(name), gateway, options).await;
    }
    if name == mail::NAME {
        return engines.mail_server.open(platform(name)).await;
    }
    let missing = || Unavailable::new(format!("there is no service {name}"));
    let definition = marketplace::services::find(name).ok_or_else(missing)?;
    let (key, settings) = (Some((&engines.key).into()), engines.settings.clone());
    (definition.open)(ServiceContext::new(definition.service, platform, key, settings)).await
}

thread_local! {
    /// Cached API documents: a document depends only on the routes, and takes longer to make than a
    /// whole script.
    static DOCUMENTED: RefCell<BTreeMap<Vec<&'static str>, ApiDocument>> = RefCell::default();
}

fn documented(
    names: &[&'static str],
    routes: &[service::service::Routes],
) -> Result<ApiDocument, Unavailable> {
    if let Some(known) = DOCUMENTED.with_borrow(|known| known.get(names).cloned()) {
        return Ok(known);
    }
    let made = ApiDocument::of(routes)?;
    DOCUMENTED.with_borrow_mut(|known| known.insert(names.to_vec(), made.clone()));
    Ok(made)
}
