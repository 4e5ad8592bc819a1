//! Which part of a class this machine grades.

use crate::verdict::Shard;

/// The part as `--shard` writes it.
const OWN: &str = "HARNESS_SHARD";

/// How many parts there are, where an engine only says which one this is.
const TOTAL: &str = "HARNESS_SHARDS";

/// The part that is asked for, or that the engine of a CI service has set; and in the latter case by what it was told.
///
/// GitLab's `parallel` counts from 1 (GitLab Docs, "Predefined CI/CD variables"); Kubernetes' Indexed Jobs count from 0 and do not say
/// how many there are (Kubernetes documentation, "Jobs: Completion mode").
pub(super) fn shard(
    asked: Option<Shard>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(Option<Shard>, Option<&'static str>), String> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let number = |name: &str| {
        let value = set(name);
        let number = value.as_deref().map(|value| value.trim().parse::<usize>());
        number.transpose().map_err(|_| format!("{name} is no number: `{}`", value.unwrap_or_default()))
    };
    if asked.is_some() {
        return Ok((asked, None));
    }
    if let Some(own) = set(OWN) {
        return Ok((Some(own.parse().map_err(|error| format!("{OWN}: {error}"))?), Some(OWN)));
    }
    let part = |index: usize, of: usize, names: &str| {
        Shard::new(index, of).ok_or_else(|| format!("{names} name no part of a class: {index} of {of}, counted from 1"))
    };
    if let (Some(index), Some(of)) = (number("CI_NODE_INDEX")?, number("CI_NODE_TOTAL")?) {
        return Ok((
            Some(part(index, of, "CI_NODE_INDEX and CI_NODE_TOTAL")?),
            Some("CI_NODE_INDEX and CI_NODE_TOTAL"),
        ));
    }
    if let Some(index) = number("JOB_COMPLETION_INDEX")? {
        let of = number(TOTAL)?.ok_or_else(|| {
            format!("JOB_COMPLETION_INDEX says which part this is, but not of how many: set {TOTAL} to the Job's completions")
        })?;
        let names = "JOB_COMPLETION_INDEX and HARNESS_SHARDS";
        return Ok((Some(part(index.saturating_add(1), of, names)?), Some(names)));
    }
    Ok((None, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(asked: Option<&str>, variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let asked = asked.map(|asked| asked.parse().expect("it is one"));
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        shard(asked, value).map(|(shard, _)| shard.map(|shard| shard.to_string()))
    }

    #[test]
    fn the_engines_of_ci_services_are_understood() {
        assert_eq!(told(None, &[]), Ok(None));
        assert_eq!(told(None, &[("CI_NODE_TOTAL", "1"), ("CI", "true")]), Ok(None));
        assert_eq!(told(None, &[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")]), Ok(Some("2/4".into())));
        assert_eq!(told(None, &[("JOB_COMPLETION_INDEX", "0"), ("HARNESS_SHARDS", "4")]), Ok(Some("1/4".into())));
        assert_eq!(told(None, &[("HARNESS_SHARD", "3/4"), ("CI_NODE_INDEX", "9")]), Ok(Some("3/4".into())));
        let both = [("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")];
        assert_eq!(told(Some("1/1"), &both), Ok(Some("1/1".into())), "what is asked for goes first");
    }

    #[test]
    fn what_names_no_part_is_refused() {
        let refused = |variables: &[(&str, &str)], why: &str| {
            let error = told(None, variables).expect_err(why);
            assert!(error.contains(why), "{why}: {error}");
        };
        refused(&[("JOB_COMPLETION_INDEX", "0")], "set HARNESS_SHARDS");
        refused(&[("JOB_COMPLETION_INDEX", "4"), ("HARNESS_SHARDS", "4")], "5 of 4");
        refused(&[("CI_NODE_INDEX", "two"), ("CI_NODE_TOTAL", "4")], "CI_NODE_INDEX is no number: `two`");
        refused(&[("HARNESS_SHARD", "5/4")], "HARNESS_SHARD: `5/4` is no part");
    }
}
