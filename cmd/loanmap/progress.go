package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/rivo/uniseg"
	"github.com/schollz/progressbar/v3"

	"loanmap/pipeline"
	"loanmap/pipeline/delivery"
)

const (
	lineEvery   = 30 * time.Second
	redrawAfter = 100 * time.Millisecond // more often nothing can be read
	speedOver   = 60                     // seconds of work whose speed is shown
)

// progress is what the screen shows of a run.
type progress struct {
	begun   time.Time
	now     pipeline.Progress
	waiting func() string // what the client waits for; nil: there is no client yet
	speed   speed
	drawn   time.Time
	up      bool // the bar is on the screen
}

// watch shows the progress of a run until stop is called, which removes the bar. The
// clock moves every second, whether or not anything else does.
func (s *screen) watch() (stop func()) {
	if s.quiet {
		return func() {}
	}
	s.mu.Lock()
	s.begun = time.Now()
	s.mu.Unlock()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		s.tick(done)
	}()
	return func() {
		close(done)
		<-ended
		s.clear()
	}
}

func (s *screen) tick(done <-chan struct{}) {
	second, line := time.NewTicker(time.Second), time.NewTicker(lineEvery)
	defer second.Stop()
	defer line.Stop()
	for {
		select {
		case <-done:
			return
		case <-second.C:
			s.mu.Lock()
			s.speed.add(moment{time.Now(), s.now.Rows, s.now.Asked})
			s.draw()
			s.mu.Unlock()
		case <-line.C:
			if s.width == nil {
				s.logProgress()
			}
		}
	}
}

// giveWay shows lines in place of the bar if the output goes to a terminal, where the
// two would mix.
func (s *screen) giveWay(output delivery.Output) {
	if file, ok := output.Stdout.(*os.File); ok && delivery.Streamed(output.Path) && drawsBars(file) {
		s.width = nil
	}
}

// await has the screen show what a client waits for.
func (s *screen) await(waiting func() string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = waiting
}

// progressed takes the progress of a run.
func (s *screen) progressed(p pipeline.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.now.Phase != p.Phase
	s.now = p
	if changed || time.Since(s.drawn) >= redrawAfter {
		s.draw()
	}
}

// erase removes the bar from the screen. The cursor waits at the beginning of the bar,
// so this holds even if a narrower terminal has wrapped it meanwhile: it erases
// everything below, too.
const erase = "\r\x1b[J"

// draw draws the bar, if there is a terminal. The caller holds s.mu.
func (s *screen) draw() {
	if s.width == nil || s.begun.IsZero() {
		return
	}
	s.up, s.drawn = true, time.Now()
	_, _ = io.WriteString(s.out, erase+s.line()+"\r")
}

// clear removes the bar.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.up {
		_, _ = io.WriteString(s.out, erase)
	}
	s.up, s.begun = false, time.Time{}
}

// logProgress logs a line with everything that the bar shows.
func (s *screen) logProgress() {
	s.mu.Lock()
	p, texts, waiting := s.now, append(s.texts(), s.counts()), s.waits()
	seconds := time.Since(s.begun).Seconds()
	s.mu.Unlock()
	s.log.Info(strings.Join(nonEmpty(texts), "; "), "event", "progress", "phase", p.Phase, "rows", p.Rows, "rows_expected", p.Total,
		"run_seconds", int(seconds), "status", p.Status, "misses", p.Misses, "audited", p.Audited, "waiting_for", waiting)
}

// separator is between the parts of the bar's line.
const separator = " | "

// The width of the bar, with its percentage.
const (
	minBar = len("100% [........]")
	maxBar = minBar + 16
)

// line is the bar as it fits into the terminal. What does not fit is left out, least
// important first.
//
// Package progressbar draws the bar itself, but not the line: its line wraps where the
// description is long, it erases a line that has wrapped only in part, it stops for
// good at the first 100 %, although audits follow, and its speed counts rows that an
// earlier run has resolved. So each drawing has a bar of its own, in a line made here.
func (s *screen) line() string {
	fit := &fitter{room: s.width() - 1} // in the last column some terminals wrap
	for _, text := range s.texts() {
		fit.add(text)
	}
	done, of := s.position()
	bar := of > 0 && fit.reserve(minBar)
	fit.add(s.counts())
	if bar {
		fit.kept = slices.Insert(fit.kept, slices.Index(fit.kept, s.phase())+1, drawBar(done, of, min(minBar+fit.room, maxBar)))
	}
	return strings.Join(fit.kept, separator)
}

// fitter keeps texts, in the order of their importance, as long as they fit.
type fitter struct {
	room int // columns that are left
	full bool
	kept []string
}

func (f *fitter) add(text string) {
	if text != "" && f.reserve(uniseg.StringWidth(text)) {
		f.kept = append(f.kept, text)
	}
}

// reserve takes room, with that of a separator, or reports that there is not enough.
func (f *fitter) reserve(columns int) bool {
	if len(f.kept) > 0 {
		columns += len(separator)
	}
	if f.full = f.full || columns > f.room; f.full {
		return false
	}
	f.room -= columns
	return true
}

// drawBar draws a bar in ASCII: terminals disagree on the width of blocks.
func drawBar(done, of, columns int) string {
	bar := progressbar.NewOptions(of, progressbar.OptionSetWriter(io.Discard), progressbar.OptionSetTheme(progressbar.ThemeASCII),
		progressbar.OptionSetWidth(columns-len("100% []")), progressbar.OptionSetPredictTime(false))
	_ = bar.Set(done)
	_ = bar.RenderBlank() // draws 0 %, too
	return strings.TrimSpace(bar.String())
}

// texts are the parts of the line, most important first.
func (s *screen) texts() []string {
	p, waiting := &s.now, s.waits()
	clock := time.Since(s.begun).Truncate(time.Second).String()
	texts := []string{s.phase(), clock}
	if waiting != "" {
		texts = []string{"waiting " + waiting, clock, s.phase()}
	}
	if p.Phase != pipeline.Auditing && p.Misses > 0 {
		texts = append(texts, "auditing misses "+fraction(p.Audited, p.Misses))
	}
	speed := s.speed.perSecond()
	if p.Phase != pipeline.Asking || speed == 0 {
		return texts
	}
	if p.Total > 0 {
		left := time.Duration(float64(p.Total-s.settled()) / speed * float64(time.Second)) // rows in audit need time, too
		texts = append(texts, "about "+left.Round(time.Second).String()+" left")
	}
	return append(texts, perTime(speed))
}

func (s *screen) waits() string {
	if s.waiting == nil {
		return ""
	}
	return s.waiting()
}

// phase says what the run is doing, and how far it is with that.
func (s *screen) phase() string {
	done, of := s.position()
	is := string(s.now.Phase)
	switch s.now.Phase {
	case "":
		return "starting"
	case pipeline.Reading:
		is += " " + fileName(s.now.File)
	case pipeline.Waiting:
		return english.Sprintf("waiting %v to ask again for %d misses", max(time.Until(s.now.Until), 0).Round(time.Second), s.now.Repeats)
	case pipeline.Repeating:
		return is + " for misses " + fraction(done, of)
	case pipeline.Auditing:
		if of > 0 {
			return is + " misses " + fraction(done, of)
		}
		return is
	case pipeline.Scanning:
		return is + " " + fraction(done, of) + " records"
	case pipeline.Asking:
		return is + " " + fraction(done, of) + " rows"
	case pipeline.Probing, pipeline.Writing:
	}
	if done == 0 {
		return is
	}
	return is + " " + fraction(done, of) + " rows"
}

// position is how far the run is in its phase, of how much; 0: that is not known.
func (s *screen) position() (done, of int) {
	p := &s.now
	switch p.Phase {
	case pipeline.Auditing:
		return p.Audited, p.Misses
	case pipeline.Scanning:
		return p.Scanned, p.ToScan
	case pipeline.Repeating:
		return p.Repeated, p.Repeats
	case pipeline.Waiting:
		return 0, 0
	case pipeline.Reading, pipeline.Probing, pipeline.Writing:
		if p.Rows == 0 {
			return 0, 0
		}
	case pipeline.Asking:
	}
	return p.Rows, p.Total
}

// counts lists the statuses of the rows that are settled, and how many are not.
func (s *screen) counts() string {
	p := &s.now
	open := p.Rows - s.settled()
	settled := counts(p.Status)
	if open <= 0 || p.Phase == pipeline.Reading || p.Phase == pipeline.Writing {
		return settled
	}
	return strings.Join(nonEmpty([]string{settled, english.Sprintf("%d in audit", open)}), ", ")
}

// settled is how many rows are settled.
func (s *screen) settled() int {
	sum := 0
	for _, n := range s.now.Status {
		sum += n
	}
	return sum
}

func fraction(done, of int) string {
	if of == 0 {
		return english.Sprintf("%d", done)
	}
	return english.Sprintf("%d/%d", done, of)
}

// perTime shows a speed, in rows per second, in a unit in which it is a number.
func perTime(speed float64) string {
	if speed < 1 {
		return english.Sprintf("%.0f rows/min", speed*60)
	}
	return english.Sprintf("%.0f rows/s", speed)
}

// fileName is a file's name without its folder, as a terminal can show it.
func fileName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, filepath.Base(path))
}

func nonEmpty(texts []string) []string {
	var some []string
	for _, text := range texts {
		if text != "" {
			some = append(some, text)
		}
	}
	return some
}

// speed measures the speed of recent work, by what was done at each second of the last
// minute.
type speed []moment

type moment struct {
	at          time.Time
	rows, asked int // of pipeline.Progress
}

// add adds a moment. Before the first row that is asked for, and when a run starts over,
// time does not count.
func (p *speed) add(s moment) {
	if n := len(*p); n > 0 && (s.asked == 0 || s.asked < (*p)[n-1].asked) {
		*p = nil
	}
	if len(*p) > speedOver {
		*p = (*p)[1:]
	}
	*p = append(*p, s)
}

// mostRows is how many rows may be done for each that was asked for. With more, the
// speed says nothing about the rows that are left.
const mostRows = 1.25

// perSecond is the speed in rows per second; 0: it is not known. Rows that need no
// answer pass in no time, and it is not known how many of the others do.
func (p speed) perSecond() float64 {
	if len(p) < 2 {
		return 0
	}
	first, last := p[0], p[len(p)-1]
	asked := float64(last.asked - first.asked)
	if float64(last.rows-first.rows) > asked*mostRows {
		return 0
	}
	return asked / last.at.Sub(first.at).Seconds()
}
