package delivery

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
)

func TestLayOut(t *testing.T) {
	t.Parallel()
	plain := answer.Names(answer.OutputColumns(answer.Optional{Loans: true}))
	plain = plain[:len(plain)-1]
	added, paged := append(slices.Clip(plain), answer.KeyColumn), append(slices.Clip(plain), "page_url", answer.KeyColumn)
	ours := strings.Join(added, ",")
	people := strings.Join(answer.Names(answer.AnswerColumns), ",") + "," + answer.KeyColumn
	report := strings.Join(answer.ReportNames(), ",")
	prefixed := "loanpro_" + strings.Join(added, ",loanpro_")
	for _, c := range []struct {
		name, header, prefix string
		want                 string // header of the output, or
		problem              string
		by                   *question.Kind
		page                 string
	}{
		{"columns are added", "No,Display ID", "", "No,Display ID," + ours, "", question.DisplayIDs, ""},
		{"an output is fed back in", "Display ID," + ours + ",Note", "", "Display ID,Note," + ours, "", question.DisplayIDs, ""},
		{"a report is fed back in", "Display ID," + report, "", "Display ID," + ours, "", question.DisplayIDs, ""},
		{"a name of the user's own", "Display ID,loan_id", "", "Display ID,loan_id," + prefixed, "", question.DisplayIDs, ""},
		{"such an output is fed back in", "Display ID,loan_id," + prefixed, "", "Display ID,loan_id," + prefixed, "", question.DisplayIDs, ""},
		{"part of our block is not our block", "Display ID,match_status", "", "Display ID,match_status," + prefixed, "", question.DisplayIDs, ""},
		{"part of a report is the user's own", "Display ID,error_code", "", "Display ID,error_code," + ours, "", question.DisplayIDs, ""},
		{"a prefix as wished", "Display ID", "x_", "Display ID,x_" + strings.Join(added, ",x_"), "", question.DisplayIDs, ""},
		{"a prefix that does not help", "Display ID,x_loan_id", "x_", "", "--prefix", question.DisplayIDs, ""},
		{"no prefix left", "Display ID,loan_id,loanpro_loan_id", "", "", "--prefix", question.DisplayIDs, ""},
		{"of customers there is less to say", "Display ID", "", "Display ID," + people, "", question.CustomerIDs, ""},
		{"an output of loans becomes one of customers", "Display ID," + ours + ",page_url", "", "Display ID," + people, "", question.CustomerIDs, ""},
		{"an output of customers becomes one of loans", "Display ID," + people, "", "Display ID," + ours, "", question.DisplayIDs, ""},
		{"an earlier version's output of customers", "Display ID,match_status,loan_id," + strings.TrimPrefix(people, "match_status,"), "", "Display ID," + people, "", question.CustomerIDs, ""},
		{"a loan ID that was added to an output of customers", "Display ID,loan_id," + people, "", "Display ID,loan_id," + people, "", question.CustomerIDs, ""},
		{"the same, at the end", "Display ID," + people + ",loan_id", "", "Display ID,loan_id," + people, "", question.CustomerIDs, ""},
		{"the same, becoming one of loans", "Display ID,loan_id," + people, "", "Display ID,loan_id," + people + "," + prefixed, "", question.DisplayIDs, ""},
		{"a name of the user's own among customers", "Display ID,loan_id", "", "Display ID,loan_id,loanpro_" + strings.ReplaceAll(people, ",", ",loanpro_"), "", question.CustomerIDs, ""},
		{"a column of loans among customers", "Display ID,loan_status", "", "Display ID,loan_status,loanpro_" + strings.ReplaceAll(people, ",", ",loanpro_"), "", question.CustomerIDs, ""},
		{"with the address of the page", "Display ID", "", "Display ID," + strings.Join(paged, ","), "", question.DisplayIDs, "https://x/{loan_id}"},
		{"the user's own column of that name", "Display ID,page_url", "", "Display ID,page_url,loanpro_" + strings.Join(paged, ",loanpro_"), "", question.DisplayIDs, "https://x/{loan_id}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := strings.Split(c.header, ",")
			columns, err := question.Map(header, question.Options{Kind: c.by, Column: "Display ID", Prefix: c.prefix, Page: c.page})
			if c.problem != "" {
				if advised, ok := errors.AsType[*question.UsageError](err); !ok || !strings.Contains(advised.Advice(), c.problem) {
					t.Errorf("got %v; want advice on %q", err, c.problem)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := newLayout(header, &columns, c.page, false)
			if diff := cmp.Diff(strings.Split(c.want, ","), got.outputHeader()); diff != "" {
				t.Error(diff)
			}
			if report := got.textReport().header(); !slices.Equal(report[:len(got.header)], got.header) {
				t.Errorf("the report begins with %v", report)
			}
		})
	}
	if _, err := question.Map(strings.Split("Display ID,"+ours, ","), question.Options{Kind: question.DisplayIDs, Column: "matched_value"}); err == nil {
		t.Error("a column that the output replaces was taken as key")
	}
}
