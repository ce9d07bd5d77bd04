package yamlfile

import (
	"strings"
	"testing"
)

// However a secret is written, it is taken out, what else is said stays, and every line stays where it is.
func TestWithoutSecrets(t *testing.T) {
	for _, text := range []string{
		"password: hunter2", "password: hunter2,with}all#signs hunter2", `password: "hunter2 \" hunter2"`, "password: 'hunter2'", "\"password\": hunter2",
		"password: |\n  hunter2\n  hunter2\nkept: 1", "password: >-\n\n  hunter2\n\n  hunter2\nkept: 1", "password:\n  hunter2\nkept: 1", "password: &p hunter2\nkept: 1",
		"notify:\n  - ntfy: https://ntfy.sh/hunter2\n    kept: 1", "notify:\n  - kept: 1\n    webhook: hunter2", "notify: [{kept: 1, smtp: \"smtps://a:hunter2@mail\"}]",
		"# password: hunter2", "tokens: [{kept: 1, sha256: hunter2, rights: [read]}]", "tokens: [hunter2, hunter2]", "tokens:\n  - hunter2\n  - hunter2\nkept: 1", "tokens: hunter2",
		"{\"kept\": 1, \"token\": \"hunter2\"}", "wifi_password: hunter2", "api_key: hunter2", "port: tcp://me:hunter2@10.0.0.4:4001", "broker: me:hunter2@lab", "broker: tcp://me:hun@hunter2@lab",
		"options: {kept: 1, user: hunter2, password: hunter2}", "password: \"hunter2", "\tpassword: hunter2", "tokens: [{token: 'hunter2", "password: \"hunter2\n  hunter2\"\nkept: 1",
	} {
		got := string(WithoutSecrets([]byte(text)))
		if strings.Contains(got, "hunter2") {
			t.Errorf("%q becomes %q: the secret is there", text, got)
		}
		if strings.Contains(text, "kept") != strings.Contains(got, "kept") {
			t.Errorf("%q becomes %q: more than the secret is gone", text, got)
		}
		if strings.Count(got, "\n") != strings.Count(text, "\n") {
			t.Errorf("%q becomes %q: another number of lines", text, got)
		}
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	const text = "agent: {name: a, web_config: /etc/web.yml}\nmqtt:\n  broker: ssl://broker.lab:8883\n  password_file: /etc/pw\n  tls: {key: /etc/a.key}\n" +
		"notify:\n  - {name: p, from: line1@lab, to: [jr@lab]}\ndevices:\n  - port: serial:///dev/serial/by-id/usb-1:1.0?baud=9600\n"
	if got := string(WithoutSecrets([]byte(text))); got != text {
		t.Errorf("it became\n%s", got)
	}
}
