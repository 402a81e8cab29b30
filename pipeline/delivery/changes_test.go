package delivery

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

func TestShareFromText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"5%": "5%", "5": "5%", " 5 % ": "5%", "2.5%": "2.5%", "0%": "0%", "0": "0%", "100%": "100%", "100": "100%", "05": "5%",
	} {
		var got Share
		if err := got.UnmarshalText([]byte(text)); err != nil || got.String() != want || got.or(7) != got {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "%", "5%%", "-1", "+1", "101", "100.01%", "1e1", "0x5", "NaN", "inf", ".", "5,5%", "5 5", "five"} {
		got := Percent(3)
		if err := got.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "from 0% to 100%") || got != Percent(3) {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	if got := (Share{}).or(7); got != Percent(7) {
		t.Errorf("what is not said is %v", got)
	}
}

// What a share allows is exact: 29 of 100 is not more than 29%, though 0.29 * 100
// is less than 29.
func TestSharesAreExact(t *testing.T) {
	t.Parallel()
	for whole := 1; whole <= 200; whole++ {
		for part := 0; part <= whole; part++ {
			enough := least(part, whole)
			if enough.under(part, whole) || enough.percent > 100 {
				t.Errorf("%d of %d: %v is not enough", part, whole, enough)
			}
			if part > 0 && !Percent(enough.percent-1).under(part, whole) {
				t.Errorf("%d of %d: %v is not the least", part, whole, enough)
			}
		}
	}
}

// compared is what a night has found, in numbers.
type compared struct {
	matched, lost, failed, unmatched int // questions of the input, each on two rows, by what they were before and are now
	rowsBefore                       int // of a previous output; 0: the input itself says what was found before
	allowLost, allowShrink           Share
}

// finish compares, and returns how it ends.
func (n compared) finish(t *testing.T) (*Reconciliation, error) {
	t.Helper()
	ask := func(row sheet.Row) (question.Question, question.Reason) {
		return question.Question{Kind: question.DisplayIDs, Text: row.Cells[0]}, question.Reason{}
	}
	c := &comparison{
		before: &Previous{comparisons: 1, name: "last.csv", ask: ask, known: map[string]earlier{}, more: map[string][]finding{}, rows: n.rowsBefore},
		writer: &writes{}, keys: []int{0}, by: question.DisplayIDs, changes: map[difference]*extent{}, seen: map[*answer.Outcome]bool{},
		allowLost: n.allowLost.or(DefaultAllowLost), allowShrink: n.allowShrink.or(DefaultAllowShrink),
	}
	line := 1
	put := func(questions int, was, is match.Status) {
		for range questions {
			found := finding{rank: rankOf(was)}
			o := answer.New(answer.Verdict{Status: is}, "")
			if found.matched() {
				found.id, o.Found.Loan = 7, 7
			}
			name := fmt.Sprint("Q", line)
			c.before.learn(sheet.Row{Cells: []string{name}}, found, question.Undecided)
			for range 2 {
				line++
				if err := c.add(entry{Row: sheet.Row{Line: line, Cells: []string{name}}, outcome: &o}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	put(n.matched-n.lost, match.Matched, match.Matched)
	put(n.lost, match.Matched, match.NotFound)
	put(n.failed, match.Matched, match.Failed)
	put(n.unmatched, match.NotFound, match.NotFound)
	return c.finish()
}

func TestBrakes(t *testing.T) {
	t.Parallel()
	const none = 0
	for name, c := range map[string]struct {
		night      compared
		lost, rows int // what the error is about; none, -1: not that
	}{
		"nothing lost":                            {compared{matched: 100}, none, -1},
		"5 of 100 lost":                           {compared{matched: 100, lost: 5}, none, -1},
		"6 of 100 lost":                           {compared{matched: 100, lost: 6}, 6, -1},
		"all lost":                                {compared{matched: 100, lost: 100}, 100, -1},
		"2 of 2 lost: too few to tell":            {compared{matched: 2, lost: 2}, none, -1},
		"3 of 3 lost":                             {compared{matched: 3, lost: 3}, 3, -1},
		"3 of 60 lost":                            {compared{matched: 60, lost: 3}, none, -1},
		"3 of 59 lost":                            {compared{matched: 59, lost: 3}, 3, -1},
		"what was not matched before counts not":  {compared{matched: 59, lost: 3, unmatched: 1000}, 3, -1},
		"what is not answered is not lost":        {compared{matched: 100, failed: 100}, none, -1},
		"what is not answered is not matched":     {compared{matched: 94, lost: 5, failed: 100}, 5, -1},
		"6 of 100 allowed":                        {compared{matched: 100, lost: 6, allowLost: Percent(6)}, none, -1},
		"7 of 100 where 6 are allowed":            {compared{matched: 100, lost: 7, allowLost: Percent(6)}, 7, -1},
		"29 of 100 allowed":                       {compared{matched: 100, lost: 29, allowLost: Percent(29)}, none, -1},
		"all allowed":                             {compared{matched: 100, lost: 100, allowLost: Percent(100)}, none, -1},
		"no loss allowed":                         {compared{matched: 100, lost: 3, allowLost: Percent(0)}, 3, -1},
		"no loss allowed, but 2 are too few":      {compared{matched: 100, lost: 2, allowLost: Percent(0)}, none, -1},
		"as many rows":                            {compared{matched: 50, rowsBefore: 100}, none, -1},
		"more rows":                               {compared{matched: 50, rowsBefore: 10}, none, -1},
		"shrunk by 20%":                           {compared{matched: 40, rowsBefore: 100}, none, -1},
		"shrunk by 21%":                           {compared{matched: 40, rowsBefore: 102}, none, 80},
		"shrunk by half":                          {compared{matched: 25, rowsBefore: 100}, none, 50},
		"2 rows of 4 missing: too few to tell":    {compared{matched: 1, rowsBefore: 4}, none, -1},
		"3 rows of 5 missing":                     {compared{matched: 1, rowsBefore: 5}, none, 2},
		"half allowed":                            {compared{matched: 25, rowsBefore: 100, allowShrink: Percent(50)}, none, -1},
		"no shrinking allowed":                    {compared{matched: 48, rowsBefore: 100, allowShrink: Percent(0)}, none, 96},
		"no rows":                                 {compared{rowsBefore: 100}, none, 0},
		"no row, of one":                          {compared{rowsBefore: 1}, none, 0},
		"no rows where 99% are allowed":           {compared{rowsBefore: 1, allowShrink: Percent(99)}, none, 0},
		"no rows allowed":                         {compared{rowsBefore: 100, allowShrink: Percent(100)}, none, -1},
		"no rows, none before":                    {compared{}, none, -1},
		"both":                                    {compared{matched: 20, lost: 10, rowsBefore: 100}, 10, 40},
		"both, one allowed":                       {compared{matched: 20, lost: 10, rowsBefore: 100, allowLost: Percent(50)}, none, 40},
		"what is not asked again is not lost":     {compared{matched: 50, lost: 3, rowsBefore: 100, allowLost: Percent(6)}, none, -1},
		"the input itself says what it was":       {compared{matched: 1}, none, -1},
		"the input itself says what it was: lost": {compared{matched: 4, lost: 4}, 4, -1},
	} {
		account, err := c.night.finish(t)
		if account == nil || account.Changes[Lost] != c.night.lost {
			t.Errorf("%s: the account is %+v", name, account)
		}
		braked, ok := errors.AsType[*BrakeError](err)
		if c.lost == none && c.rows < 0 {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !ok || braked.Lost != c.lost || (braked.Matched > 0) != (c.lost > 0) || braked.Rows != max(c.rows, 0) || (braked.RowsBefore > 0) != (c.rows >= 0) {
			t.Errorf("%s: got %+v", name, err)
		}
	}
}

func TestBrakeSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		night       compared
		error, hint string
	}{
		{
			compared{matched: 1000, lost: 61},
			"comparing with last.csv: 61 of 1,000 display IDs that were matched before would be lost, more than 5%",
			"nothing was written; if that is right (lost: 61 of 1,000), run the same command with --allow-lost 7%; if not, ask everything again with --fresh",
		},
		{
			compared{rowsBefore: 1200, allowShrink: Percent(2.5)},
			"comparing with last.csv: the number of rows has shrunk from 1,200 to 0, by more than 2.5%",
			"nothing was written; if that is right (rows: 0 instead of 1,200), run the same command with --allow-shrink 100%; if not, export the input again",
		},
		{
			compared{matched: 20, lost: 10, rowsBefore: 100},
			"comparing with last.csv: the number of rows has shrunk from 100 to 40, by more than 20%; 10 of 20 display IDs that were matched before would be lost, more than 5%",
			"nothing was written; if that is right (rows: 40 instead of 100; lost: 10 of 20), run the same command with --allow-shrink 60% --allow-lost 50%; if not, export the input again",
		},
	} {
		_, err := c.night.finish(t)
		braked, ok := errors.AsType[*BrakeError](err)
		if !ok || braked.Error() != c.error || braked.Advice() != c.hint {
			t.Errorf("got %v\n%s", err, braked.Advice())
		}
	}
}

// Two sheets that have no question in common are not compared, from 3 on either
// side, unless all may be missing.
func TestBrakeOnNothingInCommon(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, now, common int
		allowShrink         Share
		stops               bool
	}{
		"3 and 3, none in common":     {3, 3, 0, Share{}, true},
		"one in common":               {3, 3, 1, Share{}, false},
		"2 before: too few to tell":   {2, 9, 0, Share{}, false},
		"2 now: too few to tell":      {9, 2, 0, Share{}, false},
		"many, and as good as all":    {9, 9, 0, Percent(99), true},
		"many, and all may be absent": {9, 9, 0, Percent(100), false},
		"none before":                 {0, 9, 0, Share{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ask := func(row sheet.Row) (question.Question, question.Reason) {
				return question.Question{Kind: question.DisplayIDs, Text: row.Cells[0]}, question.Reason{}
			}
			cmp := &comparison{
				before: &Previous{comparisons: 1, name: "last.csv", keyName: "Loan", ask: ask, known: map[string]earlier{}, more: map[string][]finding{}},
				writer: &writes{}, keys: []int{0}, keyName: "Name", by: question.DisplayIDs,
				changes: map[difference]*extent{}, seen: map[*answer.Outcome]bool{}, allowLost: Percent(100), allowShrink: c.allowShrink.or(DefaultAllowShrink),
			}
			for i := range c.before {
				cmp.before.learn(sheet.Row{Cells: []string{fmt.Sprint("Q", i)}}, finding{rank: rankOf(match.NotFound)}, question.Undecided)
			}
			for i := range c.now {
				o := answer.New(answer.Verdict{Status: match.NotFound}, "")
				if err := cmp.add(entry{Row: sheet.Row{Line: i + 2, Cells: []string{fmt.Sprint("Q", c.before-c.common+i)}}, outcome: &o}); err != nil {
					t.Fatal(err)
				}
			}
			_, err := cmp.finish()
			e, stopped := errors.AsType[*BrakeError](err)
			if stopped != c.stops || stopped && (e.Asked != c.now || e.AskedBefore != c.before || e.Column != "Name" || e.ColumnBefore != "Loan") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	one := finding{id: 1, rank: rankOf(match.Matched), flagged: true}
	two := finding{id: 2, rank: rankOf(match.Matched), flagged: true}
	oneArchived := finding{id: 1, rank: rankOf(match.Matched), flagged: true, archived: true}
	oneUnflagged := finding{id: 1, rank: rankOf(match.Matched)}
	ambiguous, notFound := finding{rank: rankOf(match.Ambiguous)}, finding{rank: rankOf(match.NotFound)}
	for _, c := range []struct {
		name          string
		before, after finding
		want          Change
	}{
		{"the same", one, one, ""},
		{"another ID", one, two, Changed},
		{"another ID that is archived", two, oneArchived, Changed},
		{"no longer found", one, notFound, Lost},
		{"no longer the only one", one, ambiguous, Lost},
		{"found at last", notFound, one, Recovered},
		{"none was expected", finding{}, one, Recovered},
		{"archived since", one, oneArchived, Archived},
		{"archived before, too", oneArchived, oneArchived, ""},
		{"not known whether it was archived before", oneUnflagged, oneArchived, ""},
		{"no longer archived", oneArchived, one, ""},
		{"open for another reason", ambiguous, notFound, ""},
		{"none was expected, and none is there", finding{}, notFound, ""},
	} {
		if got := compare(c.before, c.after); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

func TestWhatARowSaysOfBefore(t *testing.T) {
	t.Parallel()
	whole, id := foundColumns{0, 1, 2}, foundColumns{-1, 1, -1}
	for _, c := range []struct {
		name    string
		columns foundColumns
		cells   string
		want    finding
		said    bool
		problem string
	}{
		{"matched", whole, "matched,7,false", finding{id: 7, rank: 1, flagged: true}, true, ""},
		{"archived, by a spreadsheet", whole, "matched, 7 ,TRUE", finding{id: 7, rank: 1, flagged: true, archived: true}, true, ""},
		{"not said whether it is archived", whole, "matched,7,", finding{id: 7, rank: 1}, true, ""},
		{"not matched", whole, "ambiguous,,", finding{rank: 2}, true, ""},
		{"not matched, whatever else it says", whole, "failed,7,false", finding{rank: 5}, true, ""},
		{"a row that was added since", whole, ",,", finding{}, false, ""},
		{"no status of ours", whole, "done,7,false", finding{}, false, "line 3 has no valid match_status"},
		{"matched with nothing", whole, "matched,,false", finding{rank: 1, flagged: true}, true, "line 3 has no system ID in column B"},
		{"matched with what is no system ID", whole, "matched,7.0E+3,", finding{rank: 1}, true, "line 3 has no system ID"},
		{"an ID", id, "x,7,", finding{id: 7, rank: 1}, true, ""},
		{"no ID", id, "x,,", finding{}, true, ""},
		{"no ID, in words", id, "x,N/A,", finding{}, true, ""},
		{"no system ID", id, "x,L7,", finding{rank: 1}, true, "line 3 has no system ID"},
		{"an ID beyond all", id, "x,9999999999999999999,", finding{rank: 1}, true, "line 3 has no system ID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, said, err := c.columns.read(sheet.Row{Line: 3, Cells: strings.Split(c.cells, ",")})
			if c.problem != "" {
				if err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Errorf("got %v; want %q", err, c.problem)
				}
				return
			}
			if err != nil || got != c.want || said != c.said {
				t.Errorf("got %+v, %t, %v", got, said, err)
			}
		})
	}
	damaged := sheet.Row{Line: 3, Cells: []string{"matched", "7", ""}, Damaged: []sheet.Damage{{Column: 1}}}
	if _, _, err := whole.read(damaged); err == nil {
		t.Error("a damaged ID was taken")
	}
}

// writes is a sheet.Writer that keeps what is written.
type writes struct {
	sheet.Writer
	rows [][]string
}

func (w *writes) Write(cells []string) error {
	w.rows = append(w.rows, slices.Clone(cells))
	return nil
}

// night is what was found for questions, by name.
type night map[string]finding

// nights draws two nights with some questions in common.
func nights(t *rapid.T) (night, night) {
	draw := func(label string) night {
		n := night{}
		for _, name := range rapid.SliceOfDistinct(rapid.StringMatching(`[a-h]`), rapid.ID).Draw(t, label) {
			a := finding{rank: rank(rapid.IntRange(1, 3).Draw(t, "rank"))}
			if a.matched() {
				a.id, a.flagged, a.archived = rapid.Int64Range(1, 3).Draw(t, "id"), true, rapid.Bool().Draw(t, "archived")
			}
			n[name] = a
		}
		return n
	}
	return draw("before"), draw("after")
}

// since compares after, each question on up to three rows, with before.
func (after night) since(t *rapid.T, was night) (*Reconciliation, [][]string) {
	ask := func(row sheet.Row) (question.Question, question.Reason) {
		return question.Question{Kind: question.DisplayIDs, Text: row.Cells[0]}, question.Reason{}
	}
	b := &Previous{comparisons: 1, ask: ask, known: map[string]earlier{}, more: map[string][]finding{}}
	for name, found := range was {
		b.learn(sheet.Row{Cells: []string{name}}, found, question.Undecided)
	}
	kept := &writes{}
	c := &comparison{
		before: b, writer: kept, keys: []int{0}, by: question.DisplayIDs, changes: map[difference]*extent{}, seen: map[*answer.Outcome]bool{},
		allowLost: Percent(100), allowShrink: Percent(100),
	}
	line := 1
	for name, found := range after {
		o := answer.New(answer.Verdict{Status: found.rank.status(), Archived: found.archived}, "")
		o.Found.Loan = found.id
		for range rapid.IntRange(1, 3).Draw(t, "rows") {
			line++
			if err := c.add(entry{Row: sheet.Row{Line: line, Cells: []string{name}}, outcome: &o}); err != nil {
				t.Fatal(err)
			}
		}
	}
	account, err := c.finish()
	if err != nil {
		t.Fatal(err)
	}
	return account, kept.rows
}

func TestANightHasNotChangedSinceItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, after := nights(t)
		if account, rows := after.since(t, after); !account.Same() || len(rows) > 0 || account.Unchanged != len(after) || account.NotAsked != 0 {
			t.Errorf("%+v, %v", account, rows)
		}
	})
}

// What is lost one way is recovered the other; what is new, no longer asked.
func TestTheOtherWayRoundChangesAreReversed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := nights(t)
		there, _ := after.since(t, before)
		back, _ := before.since(t, after)
		for name, pair := range map[string][2]int{
			"lost":            {there.Changes[Lost], back.Changes[Recovered]},
			"recovered":       {there.Changes[Recovered], back.Changes[Lost]},
			"changed":         {there.Changes[Changed], back.Changes[Changed]},
			"new":             {there.Changes[New], back.NotAsked},
			"no longer asked": {there.NotAsked, back.Changes[New]},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %d there, %d back", name, pair[0], pair[1])
			}
		}
	})
}

// Every question is a line of the changes or unchanged, and every line counts
// its rows.
func TestChangesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := nights(t)
		account, rows := after.since(t, before)
		if got := len(rows) + account.Unchanged + account.Unchecked; got != len(after) {
			t.Errorf("%d questions of %d", got, len(after))
		}
		for _, row := range rows {
			first, _ := strconv.Atoi(row[6])
			last, _ := strconv.Atoi(row[7])
			if n, _ := strconv.Atoi(row[8]); n != last-first+1 {
				t.Errorf("%v", row)
			}
		}
	})
}
