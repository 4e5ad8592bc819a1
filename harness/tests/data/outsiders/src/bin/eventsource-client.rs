//! LaunchDarkly's `eventsource-client`: a stream of events with the reconnection of the library.

use std::collections::BTreeMap;

use eventsource_client::{Client, ClientBuilder, Event, ReconnectOptions, SSE};
use futures::StreamExt;
use launchdarkly_sdk_transport::HyperTransport;
use outsiders::{address, config, connected, connecting, disconnected, duration, retrying, show, show_all, user};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let ((address, path), config) = (address(), config());
    let mut reconnect = ReconnectOptions::reconnect(true).retry_initial(true);
    if let Some(base) = duration(&config, "base_delay") {
        reconnect = reconnect.delay(base);
    }
    // Where there is one wait and no growth, the first is the longest.
    if let Some(cap) = duration(&config, "max_delay").or(duration(&config, "base_delay")) {
        reconnect = reconnect.delay_max(cap);
    }
    let client = ClientBuilder::for_url(&format!("http://{address}{path}"))?
        .reconnect(reconnect.build())
        .build_with_transport(HyperTransport::builder().build_http()?);
    let (mut events, mut user, mut failures, mut loads) = (client.stream(), user(), 0, BTreeMap::new());
    connecting();
    loop {
        tokio::select! {
            // What the user sends has no way to the server here.
            act = user.recv() => if act.flatten().is_none() {
                disconnected("closed by user");
                return Ok(());
            },
            event = events.next() => match event {
                Some(Ok(SSE::Connected(_))) => {
                    failures = 0;
                    connected();
                }
                Some(Ok(SSE::Event(event))) => take(event, &mut loads),
                Some(Ok(SSE::Comment(_))) => {}
                // The library waits by itself and does not say for how long.
                Some(Err(error)) => {
                    eprintln!("{error}");
                    failures += 1;
                    retrying(failures, Default::default());
                }
                None => {
                    disconnected("gave up");
                    return Ok(());
                }
            },
        }
    }
}

/// What the application does with an event: the load of a service goes into the map of all, anything else is shown as it is.
fn take(event: Event, loads: &mut BTreeMap<String, Value>) {
    let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
    match (data["service"].as_str(), &data["load"]) {
        (None, _) => show(&event.data),
        (Some(service), load) if event.event_type == "message" => {
            loads.insert(service.to_owned(), load.clone());
            show_all(loads);
        }
        _ => {}
    }
}
