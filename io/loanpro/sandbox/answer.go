package sandbox

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// countersPath is where the counters are served, outside the API.
const countersPath = "/sandbox/counters"

// reply is an answer before it is written.
type reply struct {
	status     int
	body       any
	retryAfter int  // seconds; 0 sets no header
	refused    bool // the call was neither a search nor a read
}

// step answers a request or, with nil, lets it pass to the next.
type step func(*http.Request) *reply

// ServeHTTP answers as the tenant. Each request goes through the same steps.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == countersPath && r.Method == http.MethodGet {
		write(w, &reply{status: http.StatusOK, body: s.Counters()})
		return
	}
	s.meter.arrived(time.Now())
	answer := s.answer(r)
	if !s.wait(r) {
		s.meter.answered(0, false)
		return
	}
	s.meter.answered(answer.status, answer.refused)
	write(w, answer)
}

func (s *Sandbox) answer(r *http.Request) *reply {
	for _, take := range []step{s.refuse, s.authorize, s.throttle} {
		if answer := take(r); answer != nil {
			return answer
		}
	}
	return s.route(r)
}

// wait adds the latency; it is false when the client has gone meanwhile.
func (s *Sandbox) wait(r *http.Request) bool {
	if s.options.Latency == 0 {
		return true
	}
	timer := time.NewTimer(s.options.Latency)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// refuse stops whatever could be a write, before anything else is looked at.
func (s *Sandbox) refuse(r *http.Request) *reply {
	if r.Method == http.MethodGet || r.Method == http.MethodPost && isSearch(r.URL.Path) {
		return nil
	}
	s.options.Log.Error("sandbox refused a call that is neither a search nor a read",
		"method", r.Method, "path", r.URL.Path)
	reason := "the sandbox takes searches and reads only, and refused " + r.Method + " " + r.URL.Path
	return &reply{status: http.StatusMethodNotAllowed, body: oops(reason, "SandboxRefusal", http.StatusMethodNotAllowed), refused: true}
}

// authorize wants the token after the word Bearer, and our tenant ID.
func (s *Sandbox) authorize(r *http.Request) *reply {
	if r.Header.Get("Authorization") != "Bearer "+s.options.Token {
		return &reply{status: http.StatusUnauthorized, body: unauthorized{
			Code:    "401-CN0001",
			Message: "Unauthorized",
			Context: unauthorizedContext{IP: "127.0.0.1", URI: "/authorize", Errors: []string{"The token is not accepted"}},
		}}
	}
	if r.Header.Get("Autopal-Instance-Id") != s.options.TenantID {
		return conflict("Invalid instance id", "AutopalException")
	}
	return nil
}

func (s *Sandbox) throttle(*http.Request) *reply {
	if s.limit.take(time.Now()) {
		return nil
	}
	return &reply{
		status:     http.StatusTooManyRequests,
		body:       map[string]string{"message": "Too many requests: " + strconv.Itoa(s.options.Limit) + " a second are answered"},
		retryAfter: 1,
	}
}

// isJSON reports whether the body is said to be JSON: nothing else is accepted
// (documented).
func isJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// unauthorized is the documented body of a 401.
type unauthorized struct {
	Code    string              `json:"code"`
	Message string              `json:"message"`
	Context unauthorizedContext `json:"context"`
}

type unauthorizedContext struct {
	IP     string   `json:"ip"`
	URI    string   `json:"uri"`
	UserID int      `json:"user_id"`
	Errors []string `json:"errors"`
}

// failure is the documented body of most other errors. Message is a text or,
// from reads, a localized.
type failure struct {
	Error failureDetail `json:"error"`
}

type failureDetail struct {
	Message any    `json:"message"`
	Type    string `json:"type,omitempty"`
	Code    int    `json:"code,omitempty"`
}

type localized struct {
	Lang  string `json:"lang"`
	Value string `json:"value"`
}

func oops(message, kind string, code int) failure {
	return failure{failureDetail{Message: message, Type: kind, Code: code}}
}

// conflict answers 409, LoanPro's status for whatever is wrong with a request
// (documented).
func conflict(message, kind string) *reply {
	return &reply{status: http.StatusConflict, body: oops(message, kind, http.StatusConflict)}
}

// write sends the answer.
func write(w http.ResponseWriter, answer *reply) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answer.body); err != nil {
		http.Error(w, "encode the answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	if answer.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(answer.retryAfter))
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(body.Bytes()) // a client that went away is no concern of the tenant
}
