package delivery

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"loanmap/pipeline/question"
)

func TestPairOf(t *testing.T) {
	t.Parallel()
	const (
		report = "Loan Number,error_row,error_code,error_message,error_hint,error_candidates,error_key,choose\n"
		output = "Loan Number,match_status,loan_id,customer_id,matched_value,match_confidence,match_reasons,candidates,error_key\n"
		input  = "Loan Number\n"
	)
	for name, c := range map[string]struct {
		files map[string]string
		given string
		want  Pair
		fails bool
	}{
		"report":                        {map[string]string{"a.errors.csv": report, "a.resolved.csv": output}, "a.errors.csv", Pair{"a.errors.csv", "a.resolved.csv"}, false},
		"output":                        {map[string]string{"a.errors.csv": report, "a.resolved.csv": output}, "a.resolved.csv", Pair{"a.errors.csv", "a.resolved.csv"}, false},
		"output with a name of its own": {map[string]string{"out.errors.csv": report, "out.csv": output}, "out.csv", Pair{"out.errors.csv", "out.csv"}, false},
		"report of such an output":      {map[string]string{"out.errors.csv": report, "out.csv": output}, "out.errors.csv", Pair{"out.errors.csv", "out.csv"}, false},
		"other endings":                 {map[string]string{"a.errors.csv": report, "a.resolved.tsv": output}, "a.errors.csv", Pair{"a.errors.csv", "a.resolved.tsv"}, false},
		"report and the input":          {map[string]string{"a.errors.csv": report, "a.csv": input}, "a.errors.csv", Pair{"a.errors.csv", ""}, false},
		"two outputs":                   {map[string]string{"a.errors.csv": report, "a.resolved.csv": output, "a.csv": output}, "a.errors.csv", Pair{"a.errors.csv", ""}, false},
		"output without a report":       {map[string]string{"a.resolved.csv": output}, "a.resolved.csv", Pair{}, true},
		"file named like a report":      {map[string]string{"a.resolved.csv": output, "a.errors.csv": input}, "a.resolved.csv", Pair{}, true},
		"input":                         {map[string]string{"a.csv": input}, "a.csv", Pair{}, true},
	} {
		dir := t.TempDir()
		for file, content := range c.files {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := PairOf(filepath.Join(dir, c.given))
		in := func(file string) string {
			if file == "" {
				return ""
			}
			return filepath.Join(dir, file)
		}
		if _, usage := errors.AsType[*question.UsageError](err); usage != c.fails || got != (Pair{in(c.want.Report), in(c.want.Output)}) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
