package main

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/pace"
	"loanmap/io/sheet"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
	"loanmap/pipeline/review"

	"github.com/rogpeppe/go-internal/testscript"
)

// decide plays the person who decides on the row of a sheet that holds a cell:
//
//	decide FILE SHEET BY CELL undo|later|none|ID SHOWN...
func decide(ts *testscript.TestScript, _ bool, args []string) {
	client := tenantOf(ts)
	defer client.Close()
	file, err := review.Open(ts.MkAbs(args[0]), review.Options{Host: client.Hostname(), Tenant: client.TenantID(), Reviewer: "script"})
	ts.Check(err)
	defer file.Close()
	if args[4] == "undo" {
		_, ok, err := file.Undo()
		ts.Check(err)
		if !ok {
			ts.Fatalf("there is nothing to undo")
		}
		return
	}
	kind := question.KindOf(args[2])
	q := askedBy(ts, args[1], kind, args[3], client)
	one := review.Decision{Row: file.Key(&q), Code: match.CodeDuplicate, Choice: review.Choice(args[4])}
	for _, text := range args[5:] {
		id, err := strconv.ParseInt(text, 10, 64)
		ts.Check(err)
		one.Shown = append(one.Shown, id)
	}
	if id, err := strconv.ParseInt(args[4], 10, 64); err == nil {
		one.Choice, one.ID = review.Chosen, id
		one.Record = file.Fingerprint(&q, recordOf(ts, client, kind.System(), args[4]))
	}
	ts.Check(file.Add(one))
}

// tenantOf returns a client of the tenant that serves the script.
func tenantOf(ts *testscript.TestScript) *loanpro.Client {
	token, err := loanpro.NewToken(ts.Getenv("LOANPRO_API_TOKEN"))
	ts.Check(err)
	client, err := loanpro.New(loanpro.Config{
		BaseURL: ts.Getenv("LOANPRO_BASE_URL"), TenantID: ts.Getenv("LOANPRO_TENANT_ID"), Token: token,
		Pace: pace.NewLocal(100), Workers: 1, Timeout: time.Minute, Patience: time.Minute, Agent: "script", Log: slog.New(slog.DiscardHandler),
	})
	ts.Check(err)
	return client
}

// askedBy returns what the row of a sheet that holds a cell asks.
func askedBy(ts *testscript.TestScript, path string, kind *question.Kind, cell string, client *loanpro.Client) question.Question {
	in, err := sheet.Open(ts.MkAbs(path), sheet.Options{})
	ts.Check(err)
	defer in.Close()
	columns, err := question.Map(in.Header(), question.Options{Kind: kind})
	ts.Check(err)
	reader := question.NewReader(&columns, client.Hostname(), client.TenantID(), false)
	for row, err := range in.Rows() {
		ts.Check(err)
		if !slices.Contains(row.Cells, cell) {
			continue
		}
		q, why := reader.AskOwn(row)
		if why.Code != "" {
			ts.Fatalf("the row of %s asks nothing: %s", cell, why.Code)
		}
		return q
	}
	ts.Fatalf("no row of %s holds %s", path, cell)
	return question.Question{}
}

// recordOf returns a record by its system ID.
func recordOf(ts *testscript.TestScript, client *loanpro.Client, kind *question.Kind, id string) *loanpro.Hit {
	known, err := client.Probe(context.Background(), kind.Key, loanpro.MaxBatch, false)
	ts.Check(err)
	hits, err := client.Find(context.Background(), known.Single, loanpro.Texts(id))
	ts.Check(err)
	at := slices.IndexFunc(hits, func(h loanpro.Hit) bool { return question.SystemIDOf(&h) == id })
	if at < 0 {
		ts.Fatalf("there is no record %s", id)
	}
	return &hits[at]
}
