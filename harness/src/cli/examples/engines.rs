//! The keys that each engine knows, as far as the examples use them.

use serde_json::Value;

use super::{document, documents, has_only, starts_the_harness};

/// GitHub's own actions, each with its major version and its inputs (the `action.yml` of each).
const ACTIONS: &[(&str, &[&str])] = &[
    ("actions/checkout@v6", &["persist-credentials"]),
    ("actions/cache@v5", &["path", "key", "restore-keys"]),
    ("actions/upload-artifact@v7", &["name", "path", "if-no-files-found", "retention-days"]),
    ("actions/download-artifact@v8", &["pattern"]),
];

/// What stands in an expression of GitHub's (GitHub Docs, "Contexts reference").
const EXPRESSIONS: &[&str] = &[
    "github.workflow",
    "github.ref",
    "github.event_name == 'pull_request'",
    "github.event_name == 'push'",
    "matrix.challenge",
    "matrix.shard",
    "strategy.job-total",
    "inputs.challenges",
    "runner.os",
    "hashFiles('Cargo.lock')",
    "!cancelled()",
];

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A workflow (GitHub Docs, "Workflow syntax for GitHub Actions").
#[test]
fn github_understands_its_workflows() {
    let mut started = 0;
    for name in ["github-course.yml", "github-class.yml"] {
        let text = super::read(name);
        for expression in text.split("${{").skip(1).map(|rest| rest.split("}}").next().unwrap_or_default().trim()) {
            assert!(EXPRESSIONS.contains(&expression), "{name}: {expression}");
        }
        let workflow = document(name);
        has_only(&workflow, &["name", "on", "permissions", "concurrency", "env", "jobs"]);
        has_only(&workflow["on"], &["pull_request", "push", "workflow_dispatch"]);
        has_only(&workflow["concurrency"], &["group", "cancel-in-progress"]);
        assert_eq!(workflow["permissions"], serde_json::json!({ "contents": "read" }), "{name} may do no more");
        let jobs = workflow["jobs"].as_object().expect("jobs");
        for job in jobs.values() {
            has_only(job, &["name", "needs", "if", "runs-on", "timeout-minutes", "strategy", "steps"]);
            assert!(job["runs-on"] == "ubuntu-24.04" && job["timeout-minutes"].is_u64(), "{name}");
            assert!(job.get("needs").is_none_or(|needs| jobs.contains_key(needs.as_str().expect("one job"))), "{name}");
            if let Some(strategy) = job.get("strategy") {
                has_only(strategy, &["fail-fast", "matrix"]);
                has_only(&strategy["matrix"], &["challenge", "shard"]);
            }
            started += items(&job["steps"]).iter().map(step).sum::<usize>();
        }
    }
    assert_eq!(started, 4);
    let shards = &document("github-class.yml")["jobs"]["grade"]["strategy"]["matrix"]["shard"];
    let counted: Vec<_> = (1..=items(shards).len()).map(Value::from).collect();
    assert_eq!(items(shards), counted, "parts are counted from 1, without a gap");
}

/// A step of a job. How often it starts the harness.
fn step(step: &Value) -> usize {
    has_only(step, &["name", "if", "uses", "with", "run"]);
    match (step.get("uses").and_then(Value::as_str), step.get("run").and_then(Value::as_str)) {
        (Some(uses), None) => {
            let known = ACTIONS.iter().find(|(action, _)| *action == uses);
            let (_, inputs) = known.unwrap_or_else(|| panic!("{uses} is not pinned, or not GitHub's own"));
            has_only(&step["with"], inputs);
            // No token is left where a submission could find it.
            assert!(!uses.starts_with("actions/checkout") || step["with"]["persist-credentials"] == false);
            0
        }
        (None, Some(run)) => {
            assert!(!run.contains("inputs."), "a shell would read what somebody has typed: {run}");
            starts_the_harness(run)
        }
        _ => panic!("a step uses an action or runs a command: {step}"),
    }
}

/// A pipeline (GitLab Docs, "CI/CD YAML syntax reference").
#[test]
fn gitlab_understands_its_pipeline() {
    let pipeline = document("gitlab-class.yml");
    let globals = ["stages", "workflow", "variables", "default"];
    let stages = items(&pipeline["stages"]);
    has_only(&pipeline["workflow"], &["rules"]);
    has_only(&pipeline["default"], &["image", "cache"]);
    has_only(&pipeline["default"]["cache"], &["key", "paths"]);
    has_only(&pipeline["default"]["cache"]["key"], &["files"]);
    let jobs = pipeline.as_object().expect("a table").iter().filter(|(name, _)| !globals.contains(&name.as_str()));
    let (mut jobs_seen, mut started) = (0, 0);
    for (_, job) in jobs {
        has_only(job, &["stage", "parallel", "timeout", "needs", "when", "script", "artifacts"]);
        has_only(&job["artifacts"], &["when", "paths", "expire_in"]);
        assert!(stages.contains(&job["stage"]));
        let needs = job.get("needs").map(items).unwrap_or_default();
        assert!(needs.iter().all(|needed| pipeline.get(needed.as_str().expect("a name")).is_some()));
        let commands = items(&job["script"]).iter().filter_map(Value::as_str);
        started += commands.map(starts_the_harness).sum::<usize>();
        jobs_seen += 1;
    }
    assert_eq!((jobs_seen, started), (2, 2));
    assert!(pipeline["grade"]["parallel"].is_u64(), "GitLab sets CI_NODE_INDEX only then");
}

/// Jobs (Kubernetes API reference, "Job" in batch/v1).
#[test]
fn kubernetes_understands_its_jobs() {
    let jobs = documents("kubernetes-class.yaml");
    let names: Vec<_> = jobs.iter().map(|job| job["metadata"]["name"].as_str()).collect();
    assert_eq!(names, [Some("grade"), Some("merge")]);
    for job in &jobs {
        has_only(job, &["apiVersion", "kind", "metadata", "spec"]);
        assert!(job["apiVersion"] == "batch/v1" && job["kind"] == "Job");
        let known = [
            "completionMode",
            "completions",
            "parallelism",
            "backoffLimit",
            "activeDeadlineSeconds",
            "suspend",
            "template",
        ];
        has_only(&job["spec"], &known);
        pod(&job["spec"]["template"]["spec"]);
    }
    let grade = &jobs[0]["spec"];
    let parts = &grade["template"]["spec"]["containers"][0]["env"][1];
    assert_eq!(grade["completionMode"], "Indexed", "Kubernetes sets JOB_COMPLETION_INDEX only then");
    assert_eq!(parts["name"], "HARNESS_SHARDS");
    assert_eq!(
        parts["value"].as_str(),
        Some(grade["completions"].to_string().as_str()),
        "the parts are all of the class"
    );
}

fn pod(pod: &Value) {
    let known = ["restartPolicy", "automountServiceAccountToken", "securityContext", "containers", "volumes"];
    has_only(pod, &known);
    has_only(&pod["securityContext"], &["runAsNonRoot", "runAsUser", "fsGroup", "seccompProfile"]);
    assert!(pod["restartPolicy"] == "Never" && pod["automountServiceAccountToken"] == false);
    for container in items(&pod["containers"]) {
        let known =
            ["name", "image", "workingDir", "command", "args", "env", "resources", "securityContext", "volumeMounts"];
        has_only(container, &known);
        has_only(&container["securityContext"], &["allowPrivilegeEscalation", "capabilities"]);
        for variable in container.get("env").map(items).unwrap_or_default() {
            has_only(variable, &["name", "value"]);
            // A number that is not quoted is refused.
            assert!(variable["value"].is_string());
        }
        assert_eq!(container["command"], serde_json::json!(["sh", "-c"]));
        let [command] = items(&container["args"]) else { panic!("one command, for the shell") };
        assert_eq!(starts_the_harness(command.as_str().expect("a text")), 1);
        let volumes: Vec<_> = items(&pod["volumes"]).iter().map(|volume| &volume["name"]).collect();
        assert!(items(&container["volumeMounts"]).iter().all(|mount| volumes.contains(&&mount["name"])));
    }
}
