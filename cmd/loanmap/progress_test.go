package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

	"loanmap/pipeline"
	"loanmap/pipeline/match"
)

// terminal is what a terminal shows of what is written to it. It knows what a screen
// writes: texts, line breaks, carriage returns, and the sequence that erases.
type terminal struct {
	t     *testing.T
	width int
	rows  [][]string // of cells; a cell that a wide character covers is empty
	// wrapped tells of each row whether it continues the one above.
	wrapped  []bool
	row, col int
}

func newTerminal(t *testing.T, width int) *terminal {
	t.Helper()
	return &terminal{t: t, width: width, rows: [][]string{nil}, wrapped: []bool{false}}
}

func (v *terminal) Write(p []byte) (int, error) {
	for text := string(p); text != ""; {
		if rest, ok := strings.CutPrefix(text, "\x1b[J"); ok {
			v.rows, v.wrapped = v.rows[:v.row+1], v.wrapped[:v.row+1]
			v.rows[v.row] = v.rows[v.row][:min(v.col, len(v.rows[v.row]))]
			text = rest
			continue
		}
		cluster, rest, width, _ := uniseg.FirstGraphemeClusterInString(text, -1)
		if strings.HasPrefix(cluster, "\x1b") {
			v.t.Fatalf("the terminal does not know %q", text[:min(8, len(text))])
		}
		switch cluster {
		case "\r":
			v.col = 0
		case "\n":
			v.feed(false)
			v.col = 0
		default:
			v.put(cluster, width)
		}
		text = rest
	}
	return len(p), nil
}

func (v *terminal) feed(wraps bool) {
	if v.row++; v.row == len(v.rows) {
		v.rows, v.wrapped = append(v.rows, nil), append(v.wrapped, wraps)
	}
}

func (v *terminal) put(cluster string, width int) {
	if v.col+width > v.width {
		v.feed(true)
		v.col = 0
	}
	for len(v.rows[v.row]) < v.col+width {
		v.rows[v.row] = append(v.rows[v.row], " ")
	}
	v.rows[v.row][v.col] = cluster
	for i := 1; i < width; i++ {
		v.rows[v.row][v.col+i] = ""
	}
	v.col += width
}

// resize changes the width. A terminal that reflows wraps lines anew, and the cursor
// stays with its character; another one cuts them off.
func (v *terminal) resize(width int, reflows bool) {
	if !reflows {
		for i := range v.rows {
			v.rows[i] = v.rows[i][:min(width, len(v.rows[i]))]
		}
		v.width, v.col = width, min(v.col, width-1)
		return
	}
	old := *v
	*v = *newTerminal(v.t, width)
	row, col := 0, 0
	for i, cells := range old.rows {
		if i > 0 && !old.wrapped[i] {
			v.feed(false)
			v.col = 0
		}
		for j, cell := range cells {
			if i == old.row && j == old.col {
				row, col = v.row, v.col
			}
			if cell != "" {
				v.put(cell, max(1, uniseg.StringWidth(cell)))
			}
		}
		if i == old.row && old.col >= len(cells) {
			row, col = v.row, v.col
		}
	}
	v.row, v.col = row, col
}

// lines is what is on the screen, without blanks at the ends.
func (v *terminal) lines() []string {
	var lines []string
	for _, cells := range v.rows {
		lines = append(lines, strings.TrimRight(strings.Join(cells, ""), " "))
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// screenOn returns a screen on a terminal.
func screenOn(v *terminal, flags logFlags) *screen {
	s := newScreen(v, flags)
	s.width = func() int { return v.width }
	return s
}

// aRun is the progress of a run in all its phases, with texts of every length.
func aRun() []pipeline.Progress {
	status := map[match.Status]int{match.Matched: 7_300, match.NotFound: 200}
	all := map[match.Status]int{match.Matched: 49_000, match.NotFound: 700, match.Ambiguous: 200, match.Invalid: 90, match.Failed: 10}
	return []pipeline.Progress{
		{Phase: pipeline.Reading, File: "in.csv"},
		{Phase: pipeline.Reading, File: "/folder/顧客の名簿とローンの一覧.xlsx"},
		{Phase: pipeline.Reading, File: "a\x1b[2J\n" + strings.Repeat("名", 70) + ".csv"},
		{Phase: pipeline.Reading, File: "in.csv", Rows: 20_000, Total: 50_000},
		{Phase: pipeline.Probing, Total: 50_000},
		{Phase: pipeline.Asking, Total: 50_000},
		{Phase: pipeline.Asking, Rows: 12_000, Asked: 11_000, Total: 50_000, Status: status, Misses: 200, Audited: 113},
		{Phase: pipeline.Asking, Rows: 40_000, Asked: 38_000, Status: status},
		{Phase: pipeline.Asking, Rows: 49_000, Asked: 47_000, Total: 50_000, Status: status},
		{Phase: pipeline.Auditing, Rows: 50_000, Asked: 48_000, Total: 50_000, Status: status, Misses: 200, Audited: 199},
		{Phase: pipeline.Auditing, Rows: 50_000, Asked: 48_000, Total: 50_000, Status: all},
		{Phase: pipeline.Waiting, Rows: 50_000, Total: 50_000, Until: time.Now().Add(2 * time.Minute), Repeats: 700, Status: all},
		{Phase: pipeline.Repeating, Rows: 50_000, Total: 50_000, Repeats: 700, Repeated: 200, Status: all},
		{Phase: pipeline.Writing, Rows: 50_000, Total: 50_000, Status: all},
	}
}

// watched is a screen on a terminal, and one that shows what was logged and no bar.
type watched struct {
	*screen
	has, bare *terminal
}

func watchOn(t *testing.T, width int) (w *watched, stop func()) {
	t.Helper()
	has := newTerminal(t, width)
	w = &watched{screenOn(has, logFlags{}), has, newTerminal(t, width)}
	return w, w.watch()
}

func (w *watched) logLine(text string) {
	w.log.Info(text)
	_, _ = w.bare.Write([]byte("loanmap: " + text + "\n"))
}

func (w *watched) resize(width int, reflows bool) {
	w.mu.Lock() // the screen may be drawing
	defer w.mu.Unlock()
	w.has.resize(width, reflows)
	w.bare.resize(width, reflows)
}

// current is the line as it is now.
func (w *watched) current() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.line()
}

// shown is what is on the terminal now.
func (w *watched) shown() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.has.lines()
}

// expectBar expects what was logged, and below it the bar in one line.
func (w *watched) expectBar(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	want := w.bare.lines()
	if line := w.line(); line != "" {
		want = append(want, line)
	}
	if diff := cmp.Diff(want, w.has.lines()); diff != "" {
		t.Errorf("%d columns, %s:\n%s", w.has.width, w.now.Phase, diff)
	}
}

func (w *watched) expectNoBar(t *testing.T) {
	t.Helper()
	if diff := cmp.Diff(w.bare.lines(), w.has.lines()); diff != "" {
		t.Errorf("%d columns, after the run:\n%s", w.has.width, diff)
	}
}

// Whatever happens, the bar is one line below what was logged, and then it is gone.
func TestBarIsOneLine(t *testing.T) {
	t.Parallel()
	for _, width := range []int{1, 9, 20, 40, 60, 80, 120, 200} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w, stop := watchOn(t, width)
				sleep(400 * time.Millisecond) // changes come between ticks
				for i, p := range aRun() {
					w.progressed(p)
					w.expectBar(t)
					if i%2 == 1 {
						w.await(func() string { return "12s, as LoanPro is busy" })
						w.logLine(strings.Repeat("顧客 ", i))
						w.expectBar(t)
					}
					sleep(2 * time.Second)
					w.expectBar(t)
					w.await(nil)
				}
				stop()
				w.expectNoBar(t)
			})
		})
	}
}

// A terminal that becomes narrower wraps the bar, or cuts it off; neither leaves
// anything behind.
func TestBarSurvivesResizing(t *testing.T) {
	t.Parallel()
	for _, reflows := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w, stop := watchOn(t, 120)
			for i, width := range []int{120, 60, 25, 80, 200, 61, 119, 7} {
				w.logLine(fmt.Sprint("line ", i))
				w.progressed(aRun()[6])
				sleep(time.Second)
				w.resize(width, reflows)
				if i%2 == 0 {
					w.logLine("as soon as it is resized")
				}
				sleep(time.Second)
				w.expectBar(t)
			}
			w.resize(40, reflows)
			stop()
			w.expectNoBar(t)
		})
	}
}

// sleep sleeps, and then waits for what happens at that time.
func sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// What does not fit is left out, least important first.
func TestLineByWidth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, stop := watchOn(t, 200)
		defer stop()
		asking := pipeline.Progress{Phase: pipeline.Asking, Total: 50_000}
		w.progressed(asking)
		sleep(5 * time.Second)
		asking.Rows, asking.Asked, asking.Misses, asking.Audited = 12_000, 9_990, 200, 113
		asking.Status = map[match.Status]int{match.Matched: 7_300, match.NotFound: 200}
		w.progressed(asking)
		sleep(10 * time.Second)
		var got []string
		for _, width := range []int{200, 120, 80, 60, 30, 20} {
			w.resize(width, true)
			got = append(got, w.current())
		}
		want := []string{
			"asking 12,000/50,000 rows | 24% [====>...................] | 15s | auditing misses 113/200 | about 43s left | 999 rows/s | 7,300 matched, 200 not_found, 4,500 in audit",
			"asking 12,000/50,000 rows | 24% [====>.................] | 15s | auditing misses 113/200 | about 43s left | 999 rows/s",
			"asking 12,000/50,000 rows | 15s | auditing misses 113/200 | about 43s left",
			"asking 12,000/50,000 rows | 15s | auditing misses 113/200",
			"asking 12,000/50,000 rows",
			"",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		w.await(func() string { return "12s, as LoanPro is busy" })
		w.resize(60, true)
		if line, want := w.current(), "waiting 12s, as LoanPro is busy | 15s"; line != want {
			t.Errorf("got %q, want %q", line, want)
		}
	})
}

// The clock moves while nothing else does, and stops with the run.
func TestClockMoves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, stop := watchOn(t, 80)
		w.progressed(pipeline.Progress{Phase: pipeline.Probing})
		for second := range 100 {
			if lines, want := w.shown(), []string{fmt.Sprintf("probing | %v", time.Duration(second)*time.Second)}; !slices.Equal(lines, want) {
				t.Fatalf("got %q, want %q", lines, want)
			}
			sleep(time.Second)
		}
		// A phase is shown at once, a count when it can be read.
		w.progressed(pipeline.Progress{Phase: pipeline.Asking})
		w.progressed(pipeline.Progress{Phase: pipeline.Asking, Rows: 5})
		if lines := w.shown(); !slices.Equal(lines, []string{"asking 0 rows | 1m40s"}) {
			t.Errorf("got %q", lines)
		}
		stop()
		w.progressed(pipeline.Progress{Phase: pipeline.Writing}) // a late one
		sleep(time.Minute)
		w.expectNoBar(t)
	})
}

// The speed is that of rows that this run asks for, lately: not of rows that an earlier
// run has resolved, or that ask nothing.
func TestSpeedIsOfRecentWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, stop := watchOn(t, 200)
		defer stop()
		expect := func(when, part string) {
			t.Helper()
			if line := w.current(); !strings.Contains(line, part) {
				t.Errorf("%s: %q does not show %q", when, line, part)
			}
		}
		p := pipeline.Progress{Phase: pipeline.Asking, Total: 2_000_000}
		for range 10 { // known
			p.Rows += 100_000
			p.Status = map[match.Status]int{match.Matched: p.Rows}
			w.progressed(p)
			sleep(time.Second)
		}
		if line := w.current(); strings.Contains(line, "rows/s") || strings.Contains(line, "left") {
			t.Errorf("nothing was asked, and the line is %q", line)
		}
		ask := func(seconds, rows int) {
			for range seconds {
				p.Rows += rows
				p.Asked += rows
				w.progressed(p)
				sleep(time.Second)
			}
		}
		ask(10, 800)
		expect("after 10 seconds of work", "about 20m50s left | 800 rows/s")
		ask(60, 100)
		expect("after a slow minute", "100 rows/s")
		known := func(rows int) {
			p.Rows += rows
			w.progressed(p)
			ask(1, 100)
		}
		known(1000)
		expect("among few rows that are known", "100 rows/s")
		known(50_000)
		if line := w.current(); strings.Contains(line, "rows/s") || strings.Contains(line, "left") {
			t.Errorf("most rows are known, and the line is %q", line)
		}
		ask(61, 100)
		expect("a minute later", "100 rows/s")
		sleep(30 * time.Second)
		expect("half a minute without an answer", "50 rows/s")
		sleep(30 * time.Second)
		if line := w.current(); strings.Contains(line, "rows/s") {
			t.Errorf("nothing was done lately, and the line is %q", line)
		}
		p.Rows, p.Asked, p.Status = 5, 5, nil // the run has started over
		w.progressed(p)
		sleep(time.Second)
		ask(10, 5)
		expect("after the run has started over", "5 rows/s")
	})
}

// Where there is no bar, a line says every 30 seconds how far the run is, also when
// nothing moves. With -q there is none.
func TestProgressWithoutATerminal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		flags logFlags
		want  string
	}{
		{logFlags{}, `loanmap: asking 2,900/6,500 rows; 30s; about 36s left; 100 rows/s; 2,900 matched
loanmap: auditing misses 1/200; 1m0s; 3,900 matched, 100 in audit
loanmap: auditing misses 1/200; 1m30s; 3,900 matched, 100 in audit
`},
		{logFlags{Quiet: true}, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			var stderr bytes.Buffer
			slowRun(newScreen(&stderr, c.flags))
			if diff := cmp.Diff(c.want, stderr.String()); diff != "" {
				t.Errorf("%+v:\n%s", c.flags, diff)
			}
		})
	}
}

// slowRun shows a run of which nothing is heard after 40 seconds.
func slowRun(s *screen) {
	stop := s.watch()
	defer stop()
	p := pipeline.Progress{Phase: pipeline.Asking, Total: 6_500}
	for range 40 {
		s.progressed(p)
		sleep(time.Second)
		p.Rows, p.Asked = p.Rows+100, p.Asked+100
		p.Status = map[match.Status]int{match.Matched: min(p.Rows, 3_900)}
		s.progressed(p)
	}
	p.Phase, p.Misses, p.Audited = pipeline.Auditing, 200, 1
	s.progressed(p)
	sleep(55 * time.Second)
}

func TestQuietShowsNoBar(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newTerminal(t, 80)
		s := screenOn(v, logFlags{Quiet: true})
		stop := s.watch()
		defer stop()
		s.progressed(aRun()[6])
		sleep(2 * time.Second)
		if lines := v.lines(); len(lines) > 0 {
			t.Errorf("got %q", lines)
		}
	})
}

func TestProgressAsJSON(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var stderr bytes.Buffer
		s := newScreen(&stderr, logFlags{LogFormat: "json"})
		s.await(func() string { return "for LoanPro to answer" })
		slowRun(s)
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		var got map[string]any
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil || len(lines) != 3 {
			t.Fatalf("%v; %d lines:\n%s", err, len(lines), stderr.String())
		}
		delete(got, "time")
		want := map[string]any{
			"level": "INFO", "msg": "waiting for LoanPro to answer; 1m30s; auditing misses 1/200; 3,900 matched, 100 in audit",
			"event": "progress", "phase": "auditing", "rows": 4000.0, "rows_expected": 6500.0, "run_seconds": 90.0,
			"status": map[string]any{"matched": 3900.0}, "misses": 200.0, "audited": 1.0, "waiting_for": "for LoanPro to answer",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
