//! A headless Chromium, driven over the DevTools protocol: <https://chromedevtools.github.io/devtools-protocol/>.
//!
//! Everything waits for what the browser says, never for time; only a browser that says nothing for minutes fails the test.

use std::{
    collections::VecDeque,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

/// How long a browser may say nothing. It is a guard against hanging for ever: no test rests on it.
const PATIENCE: Duration = Duration::from_secs(300);
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// A page in a browser of its own.
pub(super) struct Page {
    socket: WebSocketStream<TcpStream>,
    session: Option<String>,
    next: u64,
    /// What the browser has said besides answers, oldest first.
    events: VecDeque<Value>,
    browser: Browser,
}

/// The process and what it leaves behind.
struct Browser {
    child: Child,
    _profile: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a test of a page in a browser. Where there is none the test says so and is skipped; continuous integration must have one.
pub(super) fn with_page(test: impl AsyncFnOnce(&mut Page)) {
    let Some(program) = find() else {
        assert!(
            std::env::var_os("CI").is_none_or(|ci| ci.is_empty()),
            "there is no Chromium, and CI is set: {NAMES:?}"
        );
        // Not `eprintln!`: what a passing test prints is not shown.
        let _ = writeln!(std::io::stderr(), "SKIPPED: there is no Chromium to open the page in ({})", NAMES.join(", "));
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut page = Page::open(&program).await;
        test(&mut page).await;
    });
}

/// The browser: what `CHROMIUM` names, or the first that is installed.
fn find() -> Option<String> {
    let runs = |program: &String| {
        let mut run = Command::new(program);
        run.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        run.status().is_ok_and(|status| status.success())
    };
    std::env::var("CHROMIUM").ok().into_iter().chain(NAMES.map(str::to_owned)).find(runs)
}

impl Page {
    async fn open(program: &str) -> Self {
        let profile = TempDir::new().expect("there is room");
        let mut command = Command::new(program);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--remote-debugging-port=0",
        ]);
        command.arg(format!("--user-data-dir={}", profile.path().display())).arg("about:blank");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().expect("it has run before");
        let mut browser = Browser { child, _profile: profile };
        let url = address(&mut browser.child);
        let host = url.strip_prefix("ws://").and_then(|rest| rest.split('/').next()).expect("a WebSocket address");
        let stream = TcpStream::connect(host).await.expect("it listens");
        // Screenshots and trees are larger than what a chat sends.
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (socket, _) = client_async_with_config(&url, stream, Some(config)).await.expect("it speaks the protocol");
        let mut page = Self { socket, session: None, next: 0, events: VecDeque::new(), browser };
        let target = page.call("Target.createTarget", json!({ "url": "about:blank" })).await;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = page.call("Target.attachToTarget", attach).await;
        page.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network", "Accessibility"] {
            page.call(&format!("{domain}.enable"), json!({})).await;
        }
        page.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true })).await;
        page
    }

    /// Calls a method and hands back its result.
    pub(super) async fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.next += 1;
        let id = self.next;
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).await.expect("it listens");
        loop {
            let mut said = self.hear().await;
            if said["id"] == json!(id) {
                assert!(said.get("error").is_none(), "{method}: {said}");
                return said["result"].take();
            }
            self.events.push_back(said);
        }
    }

    /// The next thing that the browser says.
    async fn hear(&mut self) -> Value {
        loop {
            let said = timeout(PATIENCE, self.socket.next()).await.expect("the browser says something");
            match said.expect("the browser lives").expect("it speaks the protocol") {
                Message::Text(text) => return serde_json::from_str(&text).expect("it is JSON"),
                Message::Close(_) => panic!("the browser has gone: {:?}", self.browser.child.try_wait()),
                _ => {}
            }
        }
    }

    /// Waits until a page is loaded: the one that this navigation loads, not one before it.
    async fn wait_for_load(&mut self, loader: &Value) {
        let is_it = |said: &Value| {
            let event = &said["params"];
            said["method"] == "Page.lifecycleEvent" && event["name"] == "load" && event["loaderId"] == *loader
        };
        while !self.events.iter().any(is_it) {
            let said = self.hear().await;
            self.events.push_back(said);
        }
    }

    /// Opens a file in which no script may run, and waits until it is loaded.
    pub(super) async fn load_without_script(&mut self, file: &Path) -> String {
        let url = format!("file://{}", file.display().to_string().replace(' ', "%20"));
        self.events.clear();
        let navigation = self.call("Page.navigate", json!({ "url": url })).await;
        self.wait_for_load(&navigation["loaderId"]).await;
        url
    }

    /// Opens a file, and waits until it is loaded.
    pub(super) async fn load(&mut self, file: &Path) -> String {
        let url = self.load_without_script(file).await;
        // After one frame there is a layout, and what the page measures has been measured (it observes sizes).
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))").await;
        url
    }

    /// The value of an expression on the page.
    pub(super) async fn evaluate(&mut self, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut result = self.call("Runtime.evaluate", parameters).await;
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {result}");
        result["result"]["value"].take()
    }

    /// Waits until an expression holds: the page looks once in each of its frames.
    pub(super) async fn until(&mut self, expression: &str) {
        let look = format!(
            "new Promise(done => {{ const look = () => ({expression}) ? done(0) : requestAnimationFrame(look); look(); }})"
        );
        self.evaluate(&look).await;
    }

    /// The text that an expression gives.
    pub(super) async fn text(&mut self, expression: &str) -> String {
        self.evaluate(expression).await.as_str().unwrap_or_else(|| panic!("no text: {expression}")).to_owned()
    }

    /// The text of the first element that fits.
    pub(super) async fn text_of(&mut self, selector: &str) -> String {
        self.text(&format!("document.querySelector({}).textContent", json!(selector))).await
    }

    /// How many elements fit.
    pub(super) async fn count(&mut self, selector: &str) -> u64 {
        let expression = format!("document.querySelectorAll({}).length", json!(selector));
        self.evaluate(&expression).await.as_u64().expect("a number")
    }

    /// Presses a key.
    pub(super) async fn press(&mut self, key: &str) {
        let text = if key.chars().count() == 1 { key } else { "" };
        for kind in ["keyDown", "keyUp"] {
            self.call("Input.dispatchKeyEvent", json!({ "type": kind, "key": key, "text": text })).await;
        }
    }

    /// What the page has said to the console, or done wrong.
    pub(super) fn complaints(&self) -> Vec<&Value> {
        let is_one = |event: &&Value| {
            ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"]
                .iter()
                .any(|method| event["method"] == *method)
        };
        self.events.iter().filter(is_one).collect()
    }

    /// Every address that was asked for.
    pub(super) fn requests(&self) -> Vec<String> {
        let asked = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        asked.map(|event| event["params"]["request"]["url"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Sets how wide and high the window is.
    pub(super) async fn resize(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Says which colours the user prefers.
    pub(super) async fn prefer(&mut self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", features).await;
    }

    /// Keeps a picture of the page in the folder that `SCREENSHOTS` names, for a person to look at.
    pub(super) async fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("SCREENSHOTS") else { return };
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" })).await;
        let bytes = base64(shot["data"].as_str().expect("a picture"));
        fs::write(Path::new(&folder).join(format!("{name}.png")), bytes).expect("the folder is writable");
    }
}

/// Where the browser listens: it says so on standard error.
fn address(child: &mut Child) -> String {
    let lines = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut lines = lines.lines().map_while(Result::ok);
    let said = lines.find_map(|line| line.strip_prefix("DevTools listening on ").map(str::to_owned));
    // What it says later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    said.expect("the browser starts")
}

/// Bytes from their Base64 form (RFC 4648, section 4).
fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let groups = text.trim_end_matches('=').as_bytes().chunks(4);
    let bytes = groups.flat_map(|group| {
        let bits = group.iter().fold(0, |bits, byte| bits << 6 | digit(*byte)) << (6 * (4 - group.len()));
        bits.to_be_bytes()[1..group.len()].to_vec()
    });
    bytes.collect()
}
