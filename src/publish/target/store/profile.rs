//! The files in which Amazon's own tools keep credentials, `~/.aws/credentials` and `~/.aws/config`: the part of their chain that the
//! library does not read. The environment comes first, as it does for those tools.

use crate::file;
use crate::publish::fault::Fault;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The largest file that is read.
const LIMIT: u64 = 1 << 20;

/// What a profile says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Profile {
    /// Access key, secret key and session token.
    pub(super) keys: Option<(String, String, Option<String>)>,
    pub(super) region: Option<String>,
}

/// Reads the profile that the environment names, `default` where it names none.
pub(super) fn read(environment: &dyn Fn(&str) -> Option<String>) -> Result<Profile, Fault> {
    let named = environment("AWS_PROFILE").or_else(|| environment("AWS_DEFAULT_PROFILE"));
    let name = named.clone().unwrap_or_else(|| "default".into());
    let place = |variable: &str, file: &str| {
        let home = || environment("HOME").map(|home| PathBuf::from(home).join(".aws").join(file));
        environment(variable).map(PathBuf::from).or_else(home)
    };
    let text = |place: Option<PathBuf>| {
        let mut bytes = Vec::new();
        let read = place.map(|place| file::read_bounded(&place, LIMIT, &mut bytes));
        if matches!(read, Some(Ok(()))) { String::from_utf8_lossy(&bytes).into_owned() } else { String::new() }
    };
    let credentials = text(place("AWS_SHARED_CREDENTIALS_FILE", "credentials"));
    let config = text(place("AWS_CONFIG_FILE", "config"));
    let section = if name == "default" { name.clone() } else { format!("profile {name}") };
    let mut values = values(&config, &section).unwrap_or_default();
    let own = self::values(&credentials, &name);
    if named.is_some() && values.is_empty() && own.is_none() {
        return Err(Fault::refused(format!("there is no profile `{name}`, which AWS_PROFILE names"))
            .hint("look at ~/.aws/config and ~/.aws/credentials"));
    }
    values.extend(own.unwrap_or_default());
    profile(&name, &values)
}

fn profile(name: &str, values: &BTreeMap<String, String>) -> Result<Profile, Fault> {
    let get = |key: &str| values.get(key).filter(|value| !value.is_empty()).cloned();
    let region = get("region");
    if let (Some(id), Some(secret)) = (get("aws_access_key_id"), get("aws_secret_access_key")) {
        return Ok(Profile { keys: Some((id, secret, get("aws_session_token"))), region });
    }
    if let Some(command) = get("credential_process") {
        return Ok(Profile { keys: Some(ask(&command)?), region });
    }
    if values.keys().any(|key| key.starts_with("sso_") || key == "role_arn" || key == "login_session") {
        return Err(Fault::refused(format!("the profile `{name}` has no keys of its own: it signs in elsewhere"))
            .hint(format!("run `eval \"$(aws configure export-credentials --profile {name} --format env)\"` first")));
    }
    Ok(Profile { keys: None, region })
}

/// Runs the command that a profile names, which answers in JSON.
fn ask(command: &str) -> Result<(String, String, Option<String>), Fault> {
    let failed = |reason: String| Fault::refused(format!("`credential_process` of the profile failed: {reason}"));
    let output = Command::new("sh").args(["-c", command]).stdin(Stdio::null()).output();
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(failed(
            stderr.lines().find(|line| !line.trim().is_empty()).unwrap_or("no reason given").to_string(),
        ));
    }
    // What it answered is never shown: it holds the secret.
    let answer: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|_| failed("its answer is no JSON".into()))?;
    let get = |key: &str| answer.get(key).and_then(|value| value.as_str()).map(str::to_string);
    match (get("AccessKeyId"), get("SecretAccessKey")) {
        (Some(id), Some(secret)) => Ok((id, secret, get("SessionToken"))),
        _ => Err(failed("its answer holds no keys".into())),
    }
}

/// The values of one section; `None` where there is no such section.
fn values(text: &str, section: &str) -> Option<BTreeMap<String, String>> {
    let mut found = None;
    let mut here = false;
    for line in text.lines() {
        let plain = line.trim();
        if let Some(name) = plain.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            here = name.split_whitespace().eq(section.split_whitespace());
            if here {
                found.get_or_insert_with(BTreeMap::new);
            }
            continue;
        }
        // Lines that are set in belong to the setting above them, which is not ours.
        if !here || plain.starts_with(['#', ';']) || line.starts_with([' ', '\t']) {
            continue;
        }
        if let (Some(found), Some((key, value))) = (&mut found, plain.split_once('=')) {
            found.insert(key.trim().to_ascii_lowercase(), value.trim().to_string());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(credentials: &str, config: &str, more: &[(&str, &str)]) -> Result<Profile, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
        file::write_atomic(&folder.path().join("credentials"), credentials.as_bytes(), false).unwrap();
        file::write_atomic(&folder.path().join("config"), config.as_bytes(), false).unwrap();
        let environment = |name: &str| match name {
            "AWS_SHARED_CREDENTIALS_FILE" => Some(path("credentials")),
            "AWS_CONFIG_FILE" => Some(path("config")),
            name => more.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string()),
        };
        read(&environment).map_err(|fault| fault.diagnostic.message.clone())
    }

    #[test]
    fn profiles_are_read_as_the_tools_of_amazon_read_them() {
        let credentials = "# keys\n[default]\naws_access_key_id = A\naws_secret_access_key=S=1\n\n[desk]\naws_access_key_id=B\n\
                           aws_secret_access_key=T\naws_session_token=U\n";
        let config = "[default]\nregion = eu-west-1\ns3 =\n  region = no\n[profile  desk]\nregion=us-west-2\n[profile sso]\n\
                      sso_session = x\n[profile asks]\ncredential_process = echo '{\"AccessKeyId\":\"C\",\"SecretAccessKey\":\"V\"}'\n\
                      [profile mute]\ncredential_process = echo no >&2; false\n";
        let keys = |id: &str, secret: &str, token: Option<&str>| {
            Some((id.to_string(), secret.to_string(), token.map(str::to_string)))
        };
        let region = |region: &str| Some(region.to_string());
        let named = |name: &str| read_with(credentials, config, &[("AWS_PROFILE", name)]);
        let expected = Profile { keys: keys("A", "S=1", None), region: region("eu-west-1") };
        assert_eq!(read_with(credentials, config, &[]), Ok(expected));
        assert_eq!(named("desk"), Ok(Profile { keys: keys("B", "T", Some("U")), region: region("us-west-2") }));
        assert_eq!(named("asks"), Ok(Profile { keys: keys("C", "V", None), region: None }));
        assert_eq!(named("sso"), Err("the profile `sso` has no keys of its own: it signs in elsewhere".into()));
        assert_eq!(named("mute"), Err("`credential_process` of the profile failed: no".into()));
        assert_eq!(named("none"), Err("there is no profile `none`, which AWS_PROFILE names".into()));
        assert_eq!(read_with("", "", &[]), Ok(Profile::default()));
    }
}
