package buffer

import (
	"strings"
	"testing"
	"time"
)

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "plain µ 日本 שלום": "plain µ 日本 שלום", "two\nlines\tand\r\n": "two\nlines\tand\r\n", "narrow\u202fspace": "narrow\u202fspace",
		"sample\u202etxt": `sample\u202etxt`, "a\u200bb\ufeff": `a\u200bb\ufeff`, "\u2066x\u2069": `\u2066x\u2069`, "\x1b[31m": `\u001b[31m`, "\u2028\u2029": `\u2028\u2029`, "\U000e0041": `\u{e0041}`, "\u0085": `\u0085`,
	} {
		if got := Visible(text); got != want {
			t.Errorf("Visible(%+q) = %q, want %q", text, got, want)
		}
	}
	if got := OneLine("a\u202eb\n c"); got != `a\u202eb c` {
		t.Errorf("OneLine = %q", got)
	}
}

// A label from outside must not turn the row that it stands in, and must come back exactly where programs read it.
func TestTablesShowWhatIsNotSeen(t *testing.T) {
	e := Event{Source: "line1", Boot: "b", Lane: Ingest, Seq: 1, Time: time.Unix(1795370400, 0), Kind: Lifecycle, Type: Counter, Metric: "run_started", Value: 1,
		Labels: MakeLabels("run_id", "1\u202e2", "user", "a\u200bb"), Status: "success", Note: "\u2028x", Missing: ""}
	for name, row := range map[string]string{"CSV": string(AppendCSV(nil, &e, Display{})), "spreadsheet": string(Spreadsheet{Separator: ';', Decimal: ','}.Append(nil, &e))} {
		if strings.ContainsAny(row, "\u202e\u200b\u2028") || !strings.Contains(row, `run_id=1\u202e2`) || !strings.Contains(row, `user=a\u200bb`) || !strings.Contains(row, `\u2028x`) {
			t.Errorf("%s has %+q, want its hidden characters as numbers", name, row)
		}
	}
	if text := string(AppendJSON(nil, &e)); !strings.Contains(text, "1\u202e2") {
		t.Errorf("JSON has %+q, want the exact text", text)
	}
}
