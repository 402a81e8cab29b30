package pipeline

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"loanmap/pipeline/answer"

	"github.com/google/go-cmp/cmp"
)

func TestKeyColumn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, header, chosen string
		want                 int    // column, or
		problem              string // part of the error
		by                   *kind
	}{
		{"told from the header", "Branch,Loan Number,Name", "", 1, "", displayIDs},
		{"whatever its spelling", "Branch,LOAN_display-ID ", "", 1, "", displayIDs},
		{"two candidates are not guessed between", "Display ID,Loan No.", "", 0, `"Display ID" (column A), "Loan No." (column B)`, displayIDs},
		{"a loan ID may be either", "Name,Loan ID", "", 0, `display IDs or system IDs: "Loan ID" (column B)`, displayIDs},
		{"a loan ID does not stand beside a display ID", "Loan ID,Display ID", "", 1, "", displayIDs},
		{"nothing like it", "Name,Amount", "", 0, "none of the 2 columns", displayIDs},
		{"headers may be people: they are not repeated", "Brett Adams,000-12-3456", "", 0, "none of the 2 columns", displayIDs},
		{"by name", "Name,Loan ID", "loan id", 1, "", displayIDs},
		{"by letter", "Name,Loan ID", "b", 1, "", displayIDs},
		{"by number", "Name,Loan ID", "2", 1, "", displayIDs},
		{"a name before a letter", "B,A", "A", 1, "", displayIDs},
		{"a name before a number", "2,1", "2", 0, "", displayIDs},
		{"beyond the last", "Name,Loan ID", "C", 0, `no column "C" among its 2 columns`, displayIDs},
		{"zero", "Name,Loan ID", "0", 0, `no column "0"`, displayIDs},
		{"nonsense", "Name,Loan ID", "Lohn", 0, `no column "Lohn"`, displayIDs},
		{"a name that stands twice", "X,Y,x", "X", 0, `several columns are named "X": "X" (column A), "x" (column C)`, displayIDs},
		{"a loan ID, if system IDs are said", "Name,Loan ID", "", 1, "", loanIDs},
		{"a customer ID", "Name,Loan ID,LoanPro customer ID", "", 2, "", customerIDs},
		{"nothing like a customer ID", "Name,Loan ID", "", 0, "named like a customer ID", customerIDs},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := findColumn(strings.Split(c.header, ","), c.by, c.chosen)
			if c.problem == "" {
				if err != nil || got != c.want {
					t.Errorf("got %d, %v; want %d", got, err, c.want)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("got %v; want %q", err, c.problem)
			}
			if err != nil && strings.Contains(err.Error(), "Brett") {
				t.Errorf("%v repeats a header it does not know", err)
			}
		})
	}
}

func TestColumnLetters(t *testing.T) {
	t.Parallel()
	for column, letters := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := columnLetter(column); got != letters {
			t.Errorf("column %d is %s, not %s", column, letters, got)
		}
		if got := columnIndex(letters); got != column {
			t.Errorf("%s is column %d, not %d", letters, column, got)
		}
	}
}

func TestLayOut(t *testing.T) {
	t.Parallel()
	plain := answer.Names(answer.OutputColumns(true, false))
	plain = plain[:len(plain)-1]
	added, paged := append(slices.Clip(plain), answer.KeyColumn), append(slices.Clip(plain), "page_url", answer.KeyColumn)
	ours := strings.Join(added, ",")
	people := strings.Join(answer.Names(answer.AnswerColumns), ",") + "," + answer.KeyColumn
	report := strings.Join(answer.Names(answer.ReportColumns), ",")
	prefixed := "loanpro_" + strings.Join(added, ",loanpro_")
	for _, c := range []struct {
		name, header, prefix string
		want                 string // header of the output, or
		problem              string
		by                   *kind
		page                 string
	}{
		{"columns are added", "No,Display ID", "", "No,Display ID," + ours, "", displayIDs, ""},
		{"an output is fed back in", "Display ID," + ours + ",Note", "", "Display ID,Note," + ours, "", displayIDs, ""},
		{"a report is fed back in", "Display ID," + report, "", "Display ID," + ours, "", displayIDs, ""},
		{"a name of the user's own", "Display ID,loan_id", "", "Display ID,loan_id," + prefixed, "", displayIDs, ""},
		{"such an output is fed back in", "Display ID,loan_id," + prefixed, "", "Display ID,loan_id," + prefixed, "", displayIDs, ""},
		{"part of our block is not our block", "Display ID,match_status", "", "Display ID,match_status," + prefixed, "", displayIDs, ""},
		{"part of a report is the user's own", "Display ID,error_code", "", "Display ID,error_code," + ours, "", displayIDs, ""},
		{"a prefix as wished", "Display ID", "x_", "Display ID,x_" + strings.Join(added, ",x_"), "", displayIDs, ""},
		{"a prefix that does not help", "Display ID,x_loan_id", "x_", "", "--prefix", displayIDs, ""},
		{"no prefix left", "Display ID,loan_id,loanpro_loan_id", "", "", "--prefix", displayIDs, ""},
		{"of customers there is less to say", "Display ID", "", "Display ID," + people, "", customerIDs, ""},
		{"an output of loans becomes one of customers", "Display ID," + ours + ",page_url", "", "Display ID," + people, "", customerIDs, ""},
		{"an output of customers becomes one of loans", "Display ID," + people, "", "Display ID," + ours, "", displayIDs, ""},
		{"with the address of the page", "Display ID", "", "Display ID," + strings.Join(paged, ","), "", displayIDs, "https://x/{loan_id}"},
		{"the user's own column of that name", "Display ID,page_url", "", "Display ID,page_url,loanpro_" + strings.Join(paged, ",loanpro_"), "", displayIDs, "https://x/{loan_id}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := strings.Split(c.header, ",")
			columns, err := mapColumns(header, asking{kind: c.by, column: "Display ID", prefix: c.prefix, page: c.page})
			if c.problem != "" {
				if advised, ok := errors.AsType[*UsageError](err); !ok || !strings.Contains(advised.Advice(), c.problem) {
					t.Errorf("got %v; want advice on %q", err, c.problem)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := newLayout(header, &columns, c.page)
			if diff := cmp.Diff(strings.Split(c.want, ","), got.outputHeader()); diff != "" {
				t.Error(diff)
			}
			if report := got.reportHeader(); !slices.Equal(report[:len(got.header)], got.header) {
				t.Errorf("the report begins with %v", report)
			}
		})
	}
	if _, err := mapColumns(strings.Split("Display ID,"+ours, ","), asking{kind: displayIDs, column: "matched_value"}); err == nil {
		t.Error("a column that the output replaces was taken as key")
	}
}
