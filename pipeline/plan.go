package pipeline

import (
	"context"

	"loanmap/pipeline/lookup"
)

// plannedRows is how many rows are read to estimate what searches cost. The rows that
// follow are taken to cost as much each.
const plannedRows = 50_000

// plan decides how records are looked up, and scans those that are not searched. A run
// that resumes keeps to the plan of the run before.
func (p *pass) plan(ctx context.Context) error {
	access := p.Lookup.Plan
	if p.ledger.resumed > 0 && p.ledger.scanned == nil || p.Lookup.Shard.Idle() {
		access = lookup.Search
	}
	if access != lookup.Scan && (access != lookup.Auto || !p.rereadable()) || p.planned == p.lookup {
		return nil
	}
	searches, err := p.countSearches(ctx)
	if err != nil {
		return err
	}
	if err := p.lookup.Decide(ctx, searches, p.ledger.scanned); err != nil {
		return err
	}
	if err := p.ledger.notePlan(p.lookup.Plans()); err != nil {
		return err
	}
	p.describePlan()
	planned := p.lookup.Plans()
	if err := p.lookup.CarryOut(ctx); err != nil {
		return err
	}
	p.describeScans(planned)
	p.planned = p.lookup
	return p.ledger.notePlan(p.lookup.Plans())
}

// countSearches estimates what searches for the input cost. An input that can be read only
// once is not counted.
func (p *pass) countSearches(ctx context.Context) (lookup.Searches, error) {
	searches, err := p.lookup.NewSearches(ctx)
	if err != nil || !p.rereadable() {
		return searches, err
	}
	in, err := p.openInput()
	if err != nil {
		return searches, err
	}
	defer in.Reader.Close()
	counting := *p
	counting.in = in
	rows := 0
	for b, err := range counting.batcher(searches.BatchSize()).Batches(in.Reader.Rows()) {
		switch {
		case err != nil:
			return searches, err
		case ctx.Err() != nil:
			return searches, context.Cause(ctx)
		}
		if err := searches.Add(ctx, b); err != nil {
			return searches, err
		}
		if rows += len(b.Rows); rows >= plannedRows {
			break
		}
	}
	expected := max(p.partOf(in.Reader.Source().Estimate), rows)
	return searches, searches.End(ctx, float64(expected)/float64(max(rows, 1)))
}

// describePlan logs how records are looked up, and what that costs.
func (p *pass) describePlan() {
	for _, plan := range p.lookup.Plans() {
		sentence := "plan: searching for {records}, {search_requests} requests, about {search_time}; to scan {total} would take {scan_requests}, about {scan_time}"
		switch {
		case plan.Access == lookup.Scan:
			sentence = "plan: scanning {total} {records}, {scan_requests} requests, about {scan_time}; searching would take {search_requests}, about {search_time}"
		case plan.Why != "":
			sentence = "plan: searching for {records}, {search_requests} requests, about {search_time}; a scan is not possible: {reason}"
		}
		p.Log.Info(sentence, "event", "plan", "records", plan.Of, "access", plan.Access, "total", plan.Records,
			"scan_requests", plan.ScanRequests, "scan_time", p.summary.LoanPro.Takes(int64(plan.ScanRequests)),
			"search_requests", plan.SearchRequests, "search_time", p.summary.LoanPro.Takes(plan.SearchRequests), "reason", plan.Why)
	}
}

// describeScans logs what came of the scans that were planned.
func (p *pass) describeScans(planned []lookup.Plan) {
	for i, plan := range p.lookup.Plans() {
		switch {
		case planned[i].Access != lookup.Scan, plan.Access == lookup.Scan && plan.Scanned == nil: // scanned before
		case plan.Access == lookup.Scan:
			p.Log.Info("scanned {total} {records} in {requests} requests; the rows are answered from memory", "event", "scanned",
				"total", plan.Scanned.Read, "records", plan.Of, "requests", plan.Scanned.Requests)
		default:
			p.Log.Warn("the scan of {records} is not used, and they are searched: {reason}", "event", "scan_not_used", "records", plan.Of, "reason", plan.Why)
		}
	}
}
