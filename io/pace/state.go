package pace

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"
)

// State is the pace of a tenant, as its server has it.
type State struct {
	Ceiling float64       // requests per second, of all runs together; 0: nothing sets one
	Rate    float64       // requests per second at the moment, below the ceiling; 0: as Ceiling
	Set     float64       // what a person has set; 0: nothing
	Next    time.Duration // until the next free slot
	Pause   time.Duration // until the end of the pause that LoanPro asked for
	Hold    time.Duration // until the end of the pause that a person asked for
	Last    string        // the run that took the last slot
	Runs    []Run         // those that are there, by name
}

// Run is a process that shares the pace.
type Run struct {
	Name     string
	Rate     float64       // its own ceiling, in requests per second
	Seen     time.Duration // how long ago
	Requests int64         // slots that it has taken
}

// The places of the state in a reply, and how many texts each run has.
const (
	stateTexts = 7
	runTexts   = 4
)

// State asks for the state.
func (s *Server) State(ctx context.Context) (*State, error) {
	reply, err := s.run(ctx, "show", "", 0)
	if err != nil {
		return nil, err
	}
	texts, err := reply.StringSlice()
	if err != nil || len(texts) < stateTexts || (len(texts)-stateTexts)%runTexts != 0 {
		return nil, s.failed(errUnknownReply)
	}
	state := &State{
		Ceiling: number(texts[0]), Rate: number(texts[1]), Set: number(texts[2]),
		Next: length(texts[3]), Pause: length(texts[4]), Hold: length(texts[5]), Last: texts[6],
	}
	for run := range slices.Chunk(texts[stateTexts:], runTexts) {
		state.Runs = append(state.Runs, Run{run[0], number(run[1]), length(run[2]), int64(number(run[3]))})
	}
	slices.SortFunc(state.Runs, func(a, b Run) int { return cmp.Compare(a.Name, b.Name) })
	return state, nil
}

// number reads a number that the script has written.
func number(text string) float64 {
	n, _ := strconv.ParseFloat(text, 64) // 0 where it is no number
	return n
}

func length(text string) time.Duration { return micro(int64(number(text))) }

// Pause stops the requests of all runs for d from now, in place of an earlier pause of
// this kind. LoanPro's own pauses stay.
func (s *Server) Pause(ctx context.Context, d time.Duration) error {
	_, err := s.run(ctx, "pause", "", 0, d.Microseconds())
	return err
}

// SetCeiling sets a ceiling for all runs together, in requests per second. The ceiling
// of a run applies, too.
func (s *Server) SetCeiling(ctx context.Context, perSecond float64) error {
	_, err := s.run(ctx, "set", "", 0, perSecond)
	return err
}

// Clear ends what Pause and SetCeiling have begun.
func (s *Server) Clear(ctx context.Context) error {
	_, err := s.run(ctx, "clear", "", 0)
	return err
}
