package loanpro

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Size is how many records of a kind a tenant has, and how it can be scanned.
type Size struct {
	Records string // Loans or Customers
	// Total is the number of records: as LoanPro says if Exact, and otherwise an
	// estimate from how dense system IDs are. 0 means that nothing is known.
	Total int
	Page  int // the most rows of a page
	Exact bool
	// Scannable: the tenant sorts records by system ID and limits searches to a range
	// of IDs. If not, Why says why not.
	Scannable bool
	Why       string

	key     Key
	lowest  int64 // system ID at the time
	highest int64 // system ID at the time; 0 means unknown
	ranges  int   // that are read at once
	carried int   // controls of a page
	exact   int   // as in scanner
}

const (
	// scanControls are the controls of a page if totals can be believed, and
	// scanControlsAlone if controls must prove the scan alone.
	scanControls      = 32
	scanControlsAlone = carried
	// trialGaps is how often a trial may lack controls, while the index is whole: until two
	// records that are deleted meanwhile count as that.
	trialGaps = 2 * deletedAfter
	// pagesOfRange is the number of pages for which another range is worth the
	// requests at its end.
	pagesOfRange = 8
	// densitySamples are the places at which the density of IDs is measured.
	densitySamples = 4
	// customersPerName is among how many customers two have the same name, roughly.
	customersPerName = 300
)

// ScanRequests returns how many requests a scan is expected to take, with all proofs.
// It is 0 if the size is unknown.
func (s Size) ScanRequests() int {
	carried := s.carried
	if carried == 0 { // nothing is known of the tenant: it is calm
		carried = scanControls
	}
	fresh := s.Page - carried
	if fresh <= 0 || s.Total == 0 {
		return 0
	}
	ranges := max(s.ranges, 1)
	pages := (s.Total+fresh-1)/fresh + ranges/2 // half a page is lost at the end of a range
	const endsAgain, baseline = 1, 1
	reading := pages + ranges + endsAgain
	if s.exact == 0 && s.carried > 0 {
		reading *= 2
	}
	return reading + s.counts() + s.draws() + baseline
}

// draws estimates how many searches draw enough records, see [scan.drawRecords]. Of names
// it is assumed that one customer in customersPerName has the same.
func (s Size) draws() (draws int) {
	total := float64(s.Total)
	density := min(total/float64(max(s.highest-s.lowest, 1)), 1)
	want, seen, words := float64(wanted(s.Total)), 0.0, float64(firstWords)
	for ; seen < want && draws < maxDraws; draws++ {
		hits := float64(min(MaxBatch, s.Page)) * density
		if draws%2 == 1 {
			hits = min(words*(1+total/customersPerName), float64(s.Page))
			if hits < float64(s.Page)/4 {
				words = min(wordsKept, 2*words)
			}
		}
		seen += hits * (1 - seen/total)
	}
	return draws
}

// counts is the number of requests that compare totals with what was read.
func (s Size) counts() int {
	switch s.exact {
	case 0:
		return 0
	case math.MaxInt:
		return 1
	}
	return pieces(s.Total, s.exact)
}

// pieces returns into how many ranges total records are divided, so that the total of
// each is below exact.
func pieces(total, exact int) int { return total/(exact-exact/5) + 1 }

// Size asks how many records of key's kind the tenant has, and whether it can be
// scanned. It takes three requests, and up to four more where totals cannot be
// believed, in addition to those of the baseline, which it shares with Probe. The
// error is one for which Probe would fail as well.
func (c *Client) Size(ctx context.Context, key Key) (Size, error) {
	size := Size{Records: key.records(), key: key}
	p := &prober{client: c, key: key, limit: probeRequests}
	if err := p.loadBaseline(ctx); err != nil {
		return size, err
	}
	size.Page = p.page.rows
	t := &trial{size: &size, first: p.controls.baseline(), scanner: scanner{
		client: c, key: key, page: p.page, wrapper: p.wrappers[0], controls: p.controls,
		carried: min(scanControls, p.page.rows/2), most: trialGaps, exact: math.MaxInt,
	}}
	if size.Why = t.unfit(); size.Why != "" {
		return size, nil
	}
	err := t.run(ctx)
	if err != nil && !refused(err) {
		return size, err
	}
	if err != nil {
		size.Why = whyNot(err)
	}
	size.Scannable = size.Why == ""
	return size, nil
}

// whyNot says why a trial has failed.
func whyNot(err error) string {
	e, _ := errors.AsType[*Error](err)
	switch {
	case errors.Is(err, errNoRange):
		return errNoRange.Error()
	case e.Class == LosesRecords:
		return "its search for a range of system IDs loses records"
	}
	return "it rejects a search for a range of system IDs"
}

// trial finds out how a tenant can be scanned.
type trial struct {
	scanner
	size  *Size
	first []int64 // system IDs of the first page
}

// fewestRecords is the fewest records of which two ranges can be told apart.
const fewestRecords = 4

// unfit says why no trial is made; "" means that one is.
func (t *trial) unfit() string {
	switch {
	case len(t.first) == 0 && len(t.controls.known) > 0:
		return "its search does not sort by system ID"
	case len(t.first) < fewestRecords:
		return fmt.Sprintf("it shows fewer than %d %s", fewestRecords, recordNames[t.size.Records])
	case !slices.IsSorted(t.first):
		return "its search does not sort by system ID"
	case !t.controls.carries():
		return "its search does not combine system IDs with other clauses"
	}
	return ""
}

// run reads a range that is known whole, and the rest of the records.
func (t *trial) run(ctx context.Context) error {
	n := len(t.first)
	t.size.lowest = t.first[0]
	known := digitRange(t.first[n-1-n/4])
	page, err := t.read(ctx, known)
	if err != nil {
		return err
	}
	truthful := page.total == len(page.hits)
	rest := idRange{t.first[n-1], noEnd}
	for look := 0; ; look++ { // a record may come or go between two requests
		t.exact = math.MaxInt
		all, err := t.last(ctx)
		if err != nil {
			return err
		}
		if page, err = t.read(ctx, rest); err != nil {
			return err
		}
		if t.setTotals(truthful, all, page.total); t.exact > 0 || look == 1 {
			break
		}
	}
	return t.finish(ctx)
}

// digitRange holds the IDs up to last that have as many digits. An index that compares
// numbers as texts finds hardly any of them: 1234 is below 999.
func digitRange(last int64) idRange {
	power := int64(1)
	for power <= last/10 {
		power *= 10
	}
	return idRange{power - 1, last}
}

// last returns the total of all records, and notes the highest system ID.
func (t *trial) last(ctx context.Context) (total int, err error) {
	t.size.highest = 0
	var page *page
	err = t.client.untilWhole(ctx, t.size.Records, t.controls, t.most, func() (whole bool, err error) {
		page, err = t.client.ask(ctx, request{
			path: "/" + t.size.Records + "/Autopal.Search()?$top=1&$start=0&$orderby=id%20desc",
			body: []byte(matchAll), records: t.size.Records, rejectRepeats: true,
		})
		return true, err
	})
	if refused(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if hits := page.Results.hits; len(hits) > 0 && hits[0].ID >= t.first[len(t.first)-1] {
		t.size.highest = hits[0].ID
	}
	return int(page.Summary.Total), nil
}

// setTotals decides which totals can be believed: none, those below a limit at which
// LoanPro stops counting, or all. A truthful total was that of a range read whole,
// all is that of all records, and rest that of those beyond the first page.
func (t *trial) setTotals(truthful bool, all, rest int) {
	t.size.Total, t.size.Exact, t.exact = 0, false, 0
	switch {
	case !truthful || all < len(t.first):
	case rest == all-len(t.first):
		t.size.Total, t.size.Exact, t.exact = all, true, math.MaxInt
	case rest <= all && all-rest <= t.carried && all >= 2*t.page.rows: // both are the same but for controls
		t.exact = all
	}
}

// finish estimates what is still unknown, and plans the scan.
func (t *trial) finish(ctx context.Context) error {
	if !t.size.Exact {
		if err := t.estimate(ctx); err != nil {
			return err
		}
	}
	if t.exact == 0 {
		t.carried = min(scanControlsAlone, t.page.rows/3)
	}
	switch {
	case t.size.Total == 0:
		t.size.Why = "how many records it has cannot be found out"
	case t.exact == 0 && t.carried < enoughControls:
		t.size.Why = "its totals cannot be believed, and its pages are too small for enough controls"
	}
	t.size.carried, t.size.exact = t.carried, t.exact
	pages := t.size.Total / (t.page.rows - t.carried)
	t.size.ranges = max(1, min(t.client.config.Workers, pages/pagesOfRange))
	if t.size.highest == 0 {
		t.size.ranges = 1
	}
	return nil
}

// estimate estimates how many records there are from how far apart the IDs of pages
// at several places are.
func (t *trial) estimate(ctx context.Context) error {
	if t.size.highest == 0 {
		return nil
	}
	step := (t.size.highest - t.size.lowest) / densitySamples
	total := 0.0
	for i := range int64(densitySamples) {
		from := t.size.lowest + i*step
		page, err := t.read(ctx, idRange{from, noEnd})
		if err != nil {
			return err
		}
		if n := len(page.hits); n > 0 {
			total += float64(step) * float64(n) / float64(page.hits[n-1].ID-from)
		}
	}
	t.size.Total = int(total)
	return nil
}
