//! `serve`: starts the preview and says what it does.

use super::args::{Common, ServeArgs};
use super::show::{escape, plural};
use super::{CANNOT_GO_ON, Failure, GOOD, clock, machine_clock, say, show, site_zone};
use crate::serve::{Event, Listener, ServeOptions, is_loopback, start};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The port where none is given, and how many after it may be taken.
const PORT: u16 = 8000;
const SPARE_PORTS: u16 = 20;

pub(super) fn run(common: &Common, args: &ServeArgs) -> Result<u8, Failure> {
    let now = match &args.clock.now {
        None => None,
        Some(_) => Some(clock(&args.clock, &site_zone(&common.site))?),
    };
    let (address, names) = host(&args.host)?;
    let options = ServeOptions {
        root: common.site.clone(),
        address,
        port: args.port.unwrap_or(PORT),
        spare_ports: if args.port.is_none() { SPARE_PORTS } else { 0 },
        names,
        now,
        clock: machine_clock,
        drafts: args.drafts,
        poll: args.poll,
    };
    let talk = Talk { site: common.site.clone(), quiet: common.quiet };
    let outcome = start(options, Arc::new(talk)).and_then(|server| {
        let (address, name) = (server.address(), args.host.clone());
        server.run(|| opened(common, args.open, address, &name))
    });
    match outcome {
        Ok(()) => Ok(GOOD),
        Err(error) => {
            let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, &error.diagnostics, common.quiet);
            Ok(CANNOT_GO_ON)
        }
    }
}

/// The address to listen on, and the name given for it if one was.
fn host(host: &str) -> Result<(IpAddr, Vec<String>), Failure> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok((address, Vec::new()));
    }
    if host.eq_ignore_ascii_case("localhost") {
        return Ok((IpAddr::V4(Ipv4Addr::LOCALHOST), Vec::new()));
    }
    let unknown = |why: String| Failure::new(format!("`--host {host}` is not an address of this machine: {why}"));
    let mut found = (host, 0).to_socket_addrs().map_err(|error| unknown(error.to_string()))?;
    let address = found.next().ok_or_else(|| unknown("it has none".to_string()))?;
    Ok((address.ip(), vec![host.trim_end_matches('.').to_ascii_lowercase()]))
}

/// Says where the preview is.
fn opened(common: &Common, open: bool, address: SocketAddr, name: &str) {
    let local =
        if address.ip().is_unspecified() { SocketAddr::new(loopback(address), address.port()) } else { address };
    let link = format!("http://{local}/");
    say(common.quiet, &format!("{link}  (stop with Ctrl-C)"));
    if !is_loopback(address) {
        let outer = if address.ip().is_unspecified() { outer_address().unwrap_or(address.ip()) } else { address.ip() };
        let shown = if name.parse::<IpAddr>().is_ok() || name.starts_with('[') {
            SocketAddr::new(outer, address.port()).to_string()
        } else {
            format!("{name}:{}", address.port())
        };
        let link = format!("http://{shown}/");
        say(false, "warning: other machines in this network can see this preview");
        if !common.quiet {
            say(false, &format!("{link}\n{}", qr_code(&link)));
        }
    }
    if open && let Err(error) = open::that_detached(&link) {
        say(false, &format!("warning: the browser cannot be opened: {error}"));
    }
}

fn loopback(address: SocketAddr) -> IpAddr {
    if address.is_ipv6() { IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]) } else { IpAddr::V4(Ipv4Addr::LOCALHOST) }
}

/// The address by which this machine would reach others; asking for it sends nothing.
fn outer_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|address| !address.is_unspecified())
}

fn qr_code(link: &str) -> String {
    // An address is always short enough.
    QrCode::new(link).map(|code| code.render::<Dense1x2>().build()).unwrap_or_default()
}

/// Says what happens.
struct Talk {
    site: PathBuf,
    quiet: bool,
}

impl Listener for Talk {
    fn on_event(&self, event: Event) {
        match event {
            Event::Opened { stories, pages, took } => {
                let (stories, pages) = (plural(stories, "story", "stories"), plural(pages, "page", "pages"));
                say(self.quiet, &format!("{stories}, {pages} in {}", seconds(took)));
            }
            Event::Updated { what, pages, took } => {
                let open = plural(pages, "open page", "open pages");
                say(self.quiet, &format!("{what} changed: {open} in {}", seconds(took)));
            }
            Event::Problems(all) => {
                let _ = show::diagnostics(&mut anstream::stderr().lock(), &self.site, &all, self.quiet);
            }
            Event::Mended => say(self.quiet, "mended"),
            Event::Polling(why) => say(self.quiet, &format!("looking for changes once a second: {}", escape(&why))),
        }
    }
}

fn seconds(took: Duration) -> String {
    match took.as_secs_f64() {
        small if small < 1.0 => format!("{:.0} ms", small * 1000.0),
        large => format!("{large:.1} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_an_address_or_a_name() {
        for (text, address) in
            [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("[::1]", "::1"), ("localhost", "127.0.0.1")]
        {
            assert_eq!(host(text).unwrap(), (address.parse().unwrap(), Vec::new()), "{text}");
        }
        assert!(host("no such host").is_err());
    }

    #[test]
    fn an_address_becomes_a_code() {
        assert!(qr_code("http://192.168.1.7:8000/").lines().count() > 10);
    }
}
