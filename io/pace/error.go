package pace

import (
	"fmt"
	"slices"
	"time"
)

// Error is a pace server that does not do its work.
type Error struct {
	host   string
	code   string        // the first word of the server's own message, such as NOAUTH
	cause  string        // in words, if the server sent no message
	waited time.Duration // how long it was waited for; 0: not at all
}

func (e *Error) Error() string {
	text := "sharing the pace through " + e.host + ": "
	if e.waited > 0 {
		text += fmt.Sprintf("no answer for %s; the last attempt: ", e.waited)
	}
	if e.code != "" {
		return text + "the server answers " + e.code
	}
	return text + e.cause
}

// passing are the codes of a server that is starting, changing roles, or full.
var passing = []string{"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "OOM", "MISCONF", "NOREPLICAS", "UNKILLABLE"}

// rejected reports whether the server does not accept what it is asked, and so will
// not later.
func (e *Error) rejected() bool { return e.code != "" && !slices.Contains(passing, e.code) }

// Advice returns what a person can do about the error.
func (e *Error) Advice() string {
	switch {
	case e.code == "MOVED" || e.code == "ASK" || e.code == "CROSSSLOT":
		return "LOANMAP_PACE_URL names a server of a Redis cluster: give a single server"
	case e.rejected():
		return "check the user, the password and the database in LOANMAP_PACE_URL: the user must be allowed to run scripts (loanmap help cluster)"
	}
	return "check LOANMAP_PACE_URL, or run the same command again when the pace server answers"
}
