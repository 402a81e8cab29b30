package lookup

import (
	"context"

	"loanmap/io/loanpro"
)

// tenant answers questions: a [*loanpro.Client], or a [*loanpro.Rehearsal], which only
// counts them.
type tenant interface {
	Probe(ctx context.Context, key loanpro.Key, most int, database bool) (*loanpro.Findings, error)
	Find(ctx context.Context, way loanpro.Strategy, values []loanpro.Value) ([]loanpro.Hit, error)
	FindInDatabase(ctx context.Context, key loanpro.Key, values []string) ([]loanpro.Hit, error)
	Confirm(ctx context.Context) error
	Gaps() int64
	NoteGap()
	Remember(key loanpro.Key, hits []loanpro.Hit)
}
