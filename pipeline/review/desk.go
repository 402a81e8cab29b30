package review

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Deal is the cards of a report and how their records are read.
type Deal struct {
	Cards  []*Card
	Kind   *question.Kind           // of what the rows hold
	Host   string                   // of the tenant, without a port
	Tenant string                   // its ID
	PageOf func(id int64) string    // the address of a record's page; empty: not known
	Closed map[match.Code]int       // rows of the report that are no cards: there is nothing to ask
	Chosen int                      // rows that are no cards: the report holds a choice already
	Read   func(from int) RecordsOf // begins to read records ahead, those of the place first
}

// RecordsOf reads the records of cards, by place. Look waits for them until ctx ends.
type RecordsOf interface {
	At(ctx context.Context, place int) ([]Record, error)
	Forget(place int)
	Close()
}

// Desk is where a person decides. Several windows may be open at it.
type Desk struct {
	Source
	decisions *Decisions
	now       func() time.Time

	mu      sync.Mutex
	deal    *Deal
	records RecordsOf
	keys    []Key
	places  map[Key]int
	speed   speed
}

// Source is where a desk has its cards from, and where decisions go.
type Source struct {
	Load  func() (*Deal, error)                       // reads the report
	Apply func(ctx context.Context) (*Applied, error) // fills what was chosen into the output; nil: no output is known
	Names struct{ Report, Output string }             // paths, as pages show them
}

// Applied is what came of the decisions that were applied.
type Applied struct {
	Filled int                // rows of the output that are matched now
	Left   map[match.Code]int // rows that stay in the report
}

// NewDesk reads the cards and begins to read their records. The caller closes the desk.
func NewDesk(source Source, decisions *Decisions) (*Desk, error) {
	d := &Desk{Source: source, decisions: decisions, now: time.Now}
	return d, d.reload()
}

// Close ends the reading ahead.
func (d *Desk) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.records != nil {
		d.records.Close()
		d.records = nil
	}
}

// reload reads the report.
func (d *Desk) reload() error {
	deal, err := d.Load()
	if err != nil {
		return err
	}
	d.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.deal, d.keys, d.places = deal, make([]Key, len(deal.Cards)), map[Key]int{}
	for i, c := range deal.Cards {
		d.keys[i] = d.decisions.Key(&c.Own)
		d.places[d.keys[i]] = i
	}
	first, _ := d.nextOpen(0)
	d.records = deal.Read(first)
	return nil
}

// decided returns the decision on a card, if it counts. One about other records, or for
// another reason, does not: something has changed since.
func (d *Desk) decided(place int) (Decision, bool) {
	was, ok := d.decisions.Of(d.keys[place])
	card := d.deal.Cards[place]
	switch {
	case !ok:
		return Decision{}, false
	case was.Choice == Chosen:
		return was, was.Code == card.Code
	case was.Choice == None:
		return was, !slices.ContainsFunc(card.Candidates, func(c answer.Candidate) bool { return !slices.Contains(was.Shown, c.ID) })
	}
	return was, true
}

// open reports whether a card is not decided. Those for later are.
func (d *Desk) open(place int) bool {
	_, ok := d.decided(place)
	return !ok
}

// nextOpen returns the first open card from a place on, and goes round at the end.
func (d *Desk) nextOpen(from int) (place int, ok bool) {
	for i := range d.deal.Cards {
		if place := (from + i) % len(d.deal.Cards); d.open(place) {
			return place, true
		}
	}
	return 0, false
}

// Tally is how far a person has come, in cards.
type Tally struct {
	Total, Chosen, None, Later int
	Minutes                    int // that the open ones take at the speed so far; 0: not known
}

// Decided is how many cards are decided.
func (t Tally) Decided() int { return t.Chosen + t.None }

// Open is how many cards nothing is decided about.
func (t Tally) Open() int { return t.Total - t.Decided() - t.Later }

func (d *Desk) tally() Tally {
	t := Tally{Total: len(d.deal.Cards)}
	for place := range d.deal.Cards {
		switch was, ok := d.decided(place); {
		case !ok:
		case was.Choice == Chosen:
			t.Chosen++
		case was.Choice == None:
			t.None++
		default:
			t.Later++
		}
	}
	t.Minutes = d.speed.minutes(t.Open())
	return t
}

// Refusal is why something that a person wants is not done. Pages say it in words.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// The refusals.
const (
	Stale    Refusal = "stale"     // the card has changed since the page was made
	NotShown Refusal = "not_shown" // the record is not among those that were shown, or not read yet
	NotLive  Refusal = "not_live"  // the record is gone, deleted or temporary
	Nothing  Refusal = "nothing"   // there is nothing to undo
	InOutput Refusal = "in_output" // what would be undone is in the output already
	NotFound Refusal = "not_found" // no card has the text
	NoID     Refusal = "no_id"     // not a system ID or the address of a page of this tenant
	Known    Refusal = "known"     // the record is on the card already
	Busy     Refusal = "busy"      // decisions are being applied
)

// Wish is what a person wants to decide, and what the page showed.
type Wish struct {
	Row    Key
	Shown  []int64
	Before string // see stateOf
	Choice Choice
	ID     int64 // 0 unless Chosen
}

// stateOf names the decision on a card, so that a page from before it is recognized.
func stateOf(was Decision, ok bool) string {
	if !ok {
		return "open"
	}
	return strings.Join([]string{string(was.Choice), answer.IDText(was.ID), was.At.Format(time.RFC3339)}, " ")
}

// Decide decides a card as a page asks for, if the card is still as the page showed it.
// It returns the card's place. The error is a Refusal, or the decision could not be kept.
func (d *Desk) Decide(ctx context.Context, w Wish) (place int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	place, ok := d.places[w.Row]
	if !ok {
		return 0, Stale
	}
	card := d.deal.Cards[place]
	if stateOf(d.decided(place)) != w.Before || !slices.Equal(w.Shown, card.IDs()) {
		return place, Stale
	}
	one := Decision{Row: w.Row, Code: card.Code, Shown: w.Shown, Choice: w.Choice}
	if w.Choice == Chosen {
		record, err := d.chosen(ctx, place, w.ID)
		if err != nil {
			return place, err
		}
		one.ID, one.Record = w.ID, d.decisions.Fingerprint(&card.Own, &record.Hit)
	}
	if err := d.decisions.Add(one); err != nil {
		return place, err
	}
	d.speed.note(d.now())
	return place, nil
}

// chosen returns a record of a card, if it can be chosen.
func (d *Desk) chosen(ctx context.Context, place int, id int64) (Record, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	records, err := d.records.At(ctx, place)
	if err != nil {
		return Record{}, NotShown
	}
	at := slices.IndexFunc(records, func(r Record) bool { return r.ID == id })
	switch {
	case at < 0:
		return Record{}, NotShown
	case !isLive(&records[at]):
		return Record{}, NotLive
	}
	return records[at], nil
}

// isLive reports whether a record can be chosen.
func isLive(r *Record) bool { return r.Found && !r.Deleted && !r.Temporary }

// Undo takes back the newest decision, also one of an earlier session, if its card is on
// the desk. It returns the card's place. The error is a Refusal, or the undoing could not be
// kept.
func (d *Desk) Undo() (place int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	newest, ok := d.decisions.newest()
	if !ok {
		return 0, Nothing
	}
	place, ok = d.places[newest.Row]
	if !ok {
		return 0, InOutput
	}
	_, _, err = d.decisions.Undo()
	return place, err
}

// newest returns the newest decision that counts.
func (d *Decisions) newest() (Decision, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.made) == 0 {
		return Decision{}, false
	}
	return d.all[d.made[len(d.made)-1]], true
}

// Find returns the first card after a place that has a text in its cells or candidates,
// and goes round at the end.
func (d *Desk) Find(text string, after int) (place int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	text, after = match.Fold(text), min(max(after, -1), len(d.deal.Cards))
	for i := range d.deal.Cards {
		place := (after + 1 + i) % len(d.deal.Cards)
		if text != "" && d.deal.Cards[place].holds(text) {
			return place, nil
		}
	}
	return 0, NotFound
}

// holds reports whether a card has a folded text in its cells or candidates.
func (c *Card) holds(text string) bool {
	for _, cell := range c.Cells {
		if strings.Contains(match.Fold(cell.Text), text) {
			return true
		}
	}
	return slices.ContainsFunc(c.Candidates, func(one answer.Candidate) bool {
		return strings.Contains(match.Fold(answer.IDText(one.ID)+" "+one.Name), text)
	})
}

// AddRecord adds a record to a card, by its system ID or by the address of its page, so
// that the person can compare it and choose it. The error is a Refusal.
func (d *Desk) AddRecord(row Key, text string) (place int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	place, ok := d.places[row]
	if !ok {
		return 0, Stale
	}
	id := d.deal.idIn(text)
	card := d.deal.Cards[place]
	switch {
	case id == 0:
		return place, NoID
	case slices.Contains(card.IDs(), id):
		return place, Known
	}
	card.added = append(card.added, id)
	d.records.Forget(place)
	return place, nil
}

// idIn returns the system ID that a text is or, if it is the address of a page of this
// tenant, holds; 0: none.
func (d *Deal) idIn(text string) int64 {
	text = match.Clean(text)
	if question.IsSystemID(text) {
		q := question.Question{Text: text}
		return q.SystemID()
	}
	page, ok := loanpro.ParsePageURL(text)
	ours := page.OfLoanPro() || strings.EqualFold(page.Host, d.Host)
	if !ok || !ours || page.Conflict || page.Tenant != "" && page.Tenant != d.Tenant {
		return 0
	}
	if d.Kind.OfLoans() {
		return page.Loan
	}
	return page.Customer
}

// apply applies the decisions and reads the report again.
func (d *Desk) apply(ctx context.Context) (*Applied, error) {
	applied, err := d.Apply(ctx)
	if err == nil {
		err = d.reload()
	}
	return applied, err
}

// speed is how fast a person decides.
type speed struct {
	last  time.Time
	taken []time.Duration // by the latest decisions, without breaks
}

const (
	speedWindow = 20              // decisions from which the speed is taken
	leastSpeed  = 3               // decisions before it is shown
	aBreak      = 3 * time.Minute // a longer time is one
)

func (s *speed) note(now time.Time) {
	if took := now.Sub(s.last); !s.last.IsZero() && took < aBreak {
		s.taken = append(s.taken, took)
		s.taken = s.taken[max(0, len(s.taken)-speedWindow):]
	}
	s.last = now
}

// minutes returns how many minutes some cards take, at least 1; 0: not known.
func (s *speed) minutes(cards int) int {
	if len(s.taken) < leastSpeed || cards == 0 {
		return 0
	}
	var sum time.Duration
	for _, took := range s.taken {
		sum += took
	}
	left := sum * time.Duration(cards) / time.Duration(len(s.taken))
	return max(1, int(left.Round(time.Minute)/time.Minute))
}

// errGone is the cause where a page does not wait longer for records.
var errGone = errors.New("LoanPro has not answered yet")
