package review

import (
	"net/http"
	"slices"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// donePage is where a person sees what is decided, and applies it.
type donePage struct {
	frame
	CanApply bool
	Running  bool
	Failure  string // of the last time that decisions were applied
	Applied  *Applied
	Left     []leftView
	Later    int // place of the first card for later, from 1; 0: none
	Closed   []leftView
	Chosen   int
	Place    int // 0: this is no card
}

// leftView is how many rows have a code, and why.
type leftView struct {
	Code match.Code
	Rows int
	Why  answer.Advice
}

func (s *Server) showDone(w http.ResponseWriter, r *http.Request) {
	d := s.desk
	d.mu.Lock()
	p := donePage{frame: s.frame(r, -1), CanApply: d.Apply != nil, Closed: leftViews(d.deal.Closed, d), Chosen: d.deal.Chosen}
	for place := range d.deal.Cards {
		if was, ok := d.decided(place); ok && was.Choice == Later && p.Later == 0 {
			p.Later = place + 1
		}
	}
	d.mu.Unlock()
	s.mu.Lock()
	p.Running, p.Failure, p.Applied = s.applying, s.failure, s.applied
	s.mu.Unlock()
	if p.Running {
		p.Reload = 1
	}
	if p.Applied != nil {
		p.Left = leftViews(p.Applied.Left, d)
	}
	s.render(w, http.StatusOK, "done.html", p)
}

func leftViews(left map[match.Code]int, d *Desk) []leftView {
	var list []leftView
	for code, rows := range left {
		list = append(list, leftView{code, rows, adviceOn(code, d.deal.Kind)})
	}
	slices.SortFunc(list, func(a, b leftView) int { return answer.Order(a.Code) - answer.Order(b.Code) })
	return list
}

// busy answers a request that must wait until decisions are applied.
func (s *Server) busy(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.applying {
		s.goTo(w, r, 0, false, string(Busy))
	}
	return s.applying
}

// apply begins to apply what is decided. The page shows what comes of it, also to a browser
// that comes back later.
func (s *Server) apply(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.applying && s.desk.Apply != nil {
		s.applying, s.failure, s.applied = true, "", nil
		s.runs.Go(func() {
			applied, err := s.desk.apply(s.life) // not for as long as the request: its browser may leave
			s.mu.Lock()
			defer s.mu.Unlock()
			s.applying, s.applied = false, applied
			if err != nil {
				s.failure = err.Error()
			}
			s.idle.Reset(s.options.Idle)
		})
	}
	http.Redirect(w, r, "/done", http.StatusSeeOther)
}

func (s *Server) endReview(w http.ResponseWriter, r *http.Request) {
	if s.busy(w, r) {
		return
	}
	s.render(w, http.StatusOK, "ended.html", nil)
	s.end(EndedByPage)
}
