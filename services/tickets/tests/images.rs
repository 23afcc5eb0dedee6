//! Images of shows: uploads, their URLs, their deletion, and limits.

use contract::ImageId;
use contract::show_terms::ShowRevisionOutcome;
use image::ImageFormat;
use reqwest::Method;
use testing::{Reply, User};
use tickets::Settings;
use tickets::domain::{ImageFile, ImageSize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::image_samples::sample;
use crate::show_fixture::ShowFixture;

const UPLOAD_BYTES_MAX: usize = 5_000_000;

impl ShowFixture {
    fn image_path(&self) -> String {
        format!("/api/shows/{}/image", self.id)
    }

    /// Sends an upload that needs no decision.
    async fn upload(&self, user: &User, media_type: &str, body: Vec<u8>) -> Reply {
        let request = self.app.request(Method::PUT, &self.image_path(), Some(user));
        self.app.send(request.header("Content-Type", media_type).body(body)).await
    }

    async fn upload_png(&self, user: &User, outcome: ShowRevisionOutcome) -> Reply {
        let sending = self.upload(user, "image/png", sample(ImageFormat::Png));
        self.deciding(outcome, sending).await
    }

    /// Uploads the image of the show.
    async fn with_image(&self) -> ImageId {
        self.upload_png(&self.seller, ShowRevisionOutcome::Accepted).await.expect(204);
        self.stored_show().await.image.unwrap()
    }

    async fn remove(&self, user: &User) -> Reply {
        let path = self.image_path();
        self.deciding(ShowRevisionOutcome::Accepted, self.app.delete(Some(user), &path)).await
    }

    /// Number of stored files of an image.
    async fn files(&self, image: ImageId) -> usize {
        let mut files = 0;
        for size in ImageSize::ALL {
            let id = ImageFile::id(image, size);
            files += usize::from(self.stored::<ImageFile>(&id).await.is_some());
        }
        files
    }
}

#[tokio::test]
async fn an_image_is_served_in_three_sizes_that_never_change() {
    let fixture = ShowFixture::open().await;
    let image = fixture.with_image().await;
    for size in ["small", "medium", "large"] {
        let path = format!("/api/images/{image}/{size}");
        let response = fixture.app.request(Method::GET, &path, None).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let header = |name| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/jpeg");
        assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let tag = header("etag");
        let file = response.bytes().await.unwrap();
        assert_eq!(image::guess_format(&file).unwrap(), ImageFormat::Jpeg);
        let again = fixture.app.request(Method::GET, &path, None).header("If-None-Match", tag);
        let again = fixture.app.send(again).await.expect(304);
        assert_eq!((again.body.as_str(), again.header("content-type")), ("", ""));
    }
    for unknown in ["huge", "SMALL", "small%20"] {
        let path = format!("/api/images/{image}/{unknown}");
        fixture.app.get(None, &path).await.expect_problem(404, "not_found");
    }
    let guessed = format!("/api/images/{}/small", "0".repeat(24));
    fixture.app.get(None, &guessed).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn the_files_of_replaced_removed_and_refused_images_are_deleted() {
    let fixture = ShowFixture::open().await;
    let first = fixture.with_image().await;
    assert_eq!(fixture.files(first).await, 3);
    let second = fixture.with_image().await;
    assert_eq!((fixture.files(first).await, fixture.files(second).await), (0, 3));
    let path = format!("/api/images/{first}/small");
    fixture.app.get(None, &path).await.expect_problem(404, "not_found");

    let refused = fixture.upload_png(&fixture.seller, ShowRevisionOutcome::Reserved).await;
    refused.expect_problem(409, "reserved");
    assert_eq!(fixture.stored_show().await.image, Some(second));
    assert_eq!(fixture.files(second).await, 3);

    fixture.remove(&fixture.seller).await.expect(204);
    assert_eq!((fixture.stored_show().await.image, fixture.files(second).await), (None, 0));
    fixture.remove(&fixture.seller).await.expect(204);
}

#[tokio::test]
async fn only_the_seller_changes_an_image_and_administrators_remove_it() {
    let fixture = ShowFixture::open().await;
    let (other, admin) = (fixture.app.user(), fixture.app.admin());
    for user in [&other, &admin] {
        let sent = fixture.upload(user, "image/png", sample(ImageFormat::Png)).await;
        sent.expect_problem(403, "forbidden");
    }
    let image = fixture.with_image().await;
    fixture.app.delete(Some(&other), &fixture.image_path()).await.expect_problem(403, "forbidden");
    fixture.app.delete(None, &fixture.image_path()).await.expect_problem(401, "not_signed_in");
    assert_eq!(fixture.files(image).await, 3);
    fixture.remove(&admin).await.expect(204);
    let unknown = format!("/api/shows/{}/image", "0".repeat(24));
    let request = fixture.app.request(Method::PUT, &unknown, Some(&other));
    let request = request.header("Content-Type", "image/png").body("x");
    fixture.app.send(request).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn an_upload_must_be_an_image_of_its_declared_type() {
    let fixture = ShowFixture::open().await;
    let png = || sample(ImageFormat::Png);
    for (media_type, body) in [
        ("image/jpeg", png()),
        ("image/gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("image/png", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
        ("image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
        ("image/webp", b"<!doctype html><script>alert(1)</script>".to_vec()),
        ("image/png", Vec::new()),
        ("application/json", b"{}".to_vec()),
        ("multipart/form-data; boundary=x", png()),
        ("image/png, image/jpeg", png()),
        ("", png()),
    ] {
        let reply = fixture.upload(&fixture.seller, media_type, body).await;
        let reply = reply.expect_problem(415, "unsupported_image");
        assert_eq!(reply.header("accept"), "image/jpeg, image/png, image/webp");
    }
    let request = fixture.app.request(Method::PUT, &fixture.image_path(), Some(&fixture.seller));
    let request = request.header("Content-Type", "image/png").header("Content-Encoding", "gzip");
    fixture.app.send(request.body(png())).await.expect_problem(415, "unsupported_image");
    assert_eq!(fixture.stored_show().await.revisions, 0);
    let request = fixture.upload(&fixture.seller, "IMAGE/PNG; charset=x", png());
    fixture.deciding(ShowRevisionOutcome::Accepted, request).await.expect(204);
}

#[tokio::test]
async fn a_body_over_the_limit_is_rejected() {
    let fixture = ShowFixture::open().await;
    let mut body = sample(ImageFormat::Png);
    body.resize(UPLOAD_BYTES_MAX, 0);
    let sending = fixture.upload(&fixture.seller, "image/png", body.clone());
    fixture.deciding(ShowRevisionOutcome::Accepted, sending).await.expect(204);
    body.push(0);
    let reply = fixture.upload(&fixture.seller, "image/png", body).await;
    reply.expect_problem(413, "too_large");
}

#[tokio::test]
async fn a_body_without_a_length_is_read_up_to_the_limit() {
    let fixture = ShowFixture::open().await;
    let mut stream = connect(&fixture, "Transfer-Encoding: chunked").await;
    let chunk = [format!("{:x}\r\n", UPLOAD_BYTES_MAX + 1).as_bytes(), &[0; 64]].concat();
    stream.write_all(&chunk).await.unwrap();
    // The server may close the connection before the end.
    let _ = stream.write_all(&vec![0; UPLOAD_BYTES_MAX]).await;
    assert!(response_of(&mut stream).await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn images_of_a_seller_are_limited() {
    let image_limit = Some(web::Quota::per_minute(std::num::NonZeroU32::new(2).unwrap()));
    let settings = Settings { image_limit, ..Settings::default() };
    let fixture = ShowFixture::open_with(settings).await;
    fixture.with_image().await;
    fixture.with_image().await;
    let third = fixture.upload(&fixture.seller, "image/png", sample(ImageFormat::Png)).await;
    third.expect_problem(429, "too_many_requests");
    fixture.app.pass(std::time::Duration::from_mins(1)).await;
    fixture.with_image().await;
}

#[tokio::test]
async fn concurrent_uploads_of_a_network_are_limited() {
    let fixture = ShowFixture::open().await;
    let mut uploads = Vec::new();
    for _ in 0..4 {
        let mut stream = connect(&fixture, "Content-Length: 1000\r\nExpect: 100-continue").await;
        stream.write_all(b"x").await.unwrap();
        // The interim response shows that the handler reads the body.
        let mut interim = [0; 25];
        stream.read_exact(&mut interim).await.unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
        uploads.push(stream);
    }
    let busy = fixture.upload(&fixture.seller, "image/png", sample(ImageFormat::Png)).await;
    busy.expect_problem(503, "busy");
    let mut ended = uploads.remove(0);
    ended.write_all(&[b'x'; 999]).await.unwrap();
    assert!(response_of(&mut ended).await.starts_with("HTTP/1.1 415"));
    fixture.with_image().await;
}

/// A connection with the head of an upload.
async fn connect(fixture: &ShowFixture, header: &str) -> TcpStream {
    let host = fixture.app.base().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let head = format!(
        "PUT {} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nContent-Type: image/png\r\n{header}\r\n\r\n",
        fixture.image_path(),
        fixture.seller.cookie,
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

async fn response_of(stream: &mut TcpStream) -> String {
    let mut response = vec![0; 4096];
    let length = stream.read(&mut response).await.unwrap();
    String::from_utf8_lossy(&response[..length]).into_owned()
}
