// Package pace decides when requests leave: of one process ([Local]), or of all
// processes that ask one tenant ([Shared]).
//
// # What both do
//
// Requests leave evenly spaced, a little slower than the ceiling, so that no second has
// more than the ceiling allows. A 429 or 503 stops all of them for a while and lowers
// the rate, which recovers with time; the arithmetic is in limit.go.
//
// # The shared pace
//
// A Redis server keeps the state of a tenant's pace, and pace.lua is all that changes
// it. A run reserves the next free slot, sleeps until then, and has the slot confirmed
// before the request leaves: meanwhile a pause may have begun, or the run may be late.
// Only the clock of the server counts; a run measures nothing but durations.
//
// Slots are 1/(0.97 rate) apart. So any second has at most rate + 1 requests, as long as
// none is later than its slot by more than that distance and 30 ms. A slot that is
// confirmed later than half of that is given up; the other half is for the way to
// LoanPro. The same holds when the server is restarted, with or without its data: the script sees
// that the server has another run ID, voids all slots, and the first new one is a second
// ahead. The ceiling is the lowest of the runs that are there, and of what a person has
// set. Each run also keeps its own ceiling, whatever the server says.
//
// While the server does not answer, requests wait, for as long as [Config].Patience.
//
// # Secrets
//
// The keys are hashes of the base URL and the tenant ID. The password of the server is
// in no error text and no log: errors quote neither the URL nor the server's messages.
//
// # Libraries
//
//   - golang.org/x/time/rate spaces the requests of a single process.
//   - github.com/redis/go-redis/v9 speaks to the server. Its retries and its log are
//     switched off.
//   - github.com/cenkalti/backoff/v5 draws the waits between attempts to reach the server.
package pace
