package review

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// frame is what every page inside shows.
type frame struct {
	Report, Output string
	Tally          Tally
	Groups         []group
	Said           string // what came of the last request
	Alarm          bool   // it was refused
	Reload         int    // seconds until the page reloads by itself; 0: it does not
	Self           string // its address
}

// group is the cards with one code.
type group struct {
	Code        match.Code
	Open, Total int
	Place       int // of the first open card, or else of the first one, from 1
	Current     bool
}

// cardPage is a card as a page shows it.
type cardPage struct {
	frame
	Place         int // from 1
	Previous      int
	Next          int
	Row           Key
	Shown, Before string
	Code          match.Code
	Why           answer.Advice
	Lines         string
	Records       []recordView
	Fields        []fieldView
	Rest          []Cell // that are compared with nothing
	Decision      string // empty: none
	Waiting       bool   // the records are not read yet
	Problem       string // why they are not; empty: LoanPro has not answered yet
	What          string // what a record is called
	HasPages      bool
}

// recordView is a record at the head of its column.
type recordView struct {
	Number              int // the key that chooses it, from 1
	ID                  int64
	Name, Page, Score   string
	Choosable, IsTheOne bool
	Missing             string // why it cannot be chosen
	Reasons             string
}

// fieldView is a line of the comparison.
type fieldView struct {
	Label string
	Own   []Cell
	Cells []valueView
}

type valueView struct {
	Text, Words, Sign string
	Agreement         agreement
}

// recordWait is how long a page waits for the records of its card.
const recordWait = 2 * time.Second

// said are the sentences about what came of a request.
var said = map[string]string{
	"undone":         "Undone: this card is open again.",
	"added":          "The record is among the candidates now.",
	string(Stale):    "Nothing was decided: the card has changed, perhaps in another window. This is how it is now.",
	string(NotShown): "Nothing was decided: the record is not read from LoanPro yet.",
	string(NotLive):  "Nothing was decided: the record is deleted, temporary or gone.",
	string(Nothing):  "There is nothing to undo.",
	string(InOutput): "The decision before is not about a row of this report: it was applied, or belongs to another one. It stays as it is.",
	string(NotFound): "No card has this text.",
	string(NoID):     "This is neither a system ID nor the address of a record's page in this tenant.",
	string(Known):    "The record is among the candidates already.",
	string(Busy):     "Wait until the decisions are applied.",
}

func (s *Server) frame(r *http.Request, place int) frame {
	d := s.desk
	f := frame{Report: d.Names.Report, Output: d.Names.Output, Tally: d.tally(), Self: r.URL.Path}
	code := r.URL.Query().Get("said")
	f.Said = said[code]
	f.Alarm = f.Said != "" && code != "undone" && code != "added"
	for i, c := range d.deal.Cards {
		last := len(f.Groups) - 1
		if last < 0 || f.Groups[last].Code != c.Code {
			f.Groups = append(f.Groups, group{Code: c.Code, Place: i + 1})
			last++
		}
		g := &f.Groups[last]
		if d.open(i) {
			if g.Open == 0 {
				g.Place = i + 1
			}
			g.Open++
		}
		g.Total++
		g.Current = g.Current || i == place
	}
	return f
}

func (s *Server) showNext(w http.ResponseWriter, r *http.Request) {
	s.desk.mu.Lock()
	place, ok := s.desk.nextOpen(0)
	s.desk.mu.Unlock()
	s.goTo(w, r, place, ok, "")
}

// goTo redirects to a card, or to the end where nothing is open. why is a key of said.
func (s *Server) goTo(w http.ResponseWriter, r *http.Request, place int, ok bool, why string) {
	address := "/done"
	if ok {
		address = fmt.Sprintf("/card/%d", place+1)
	}
	if why != "" {
		address += "?said=" + url.QueryEscape(why)
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
}

func (s *Server) showCard(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(r.PathValue("place"))
	d := s.desk
	d.mu.Lock()
	if err != nil || number < 1 || number > len(d.deal.Cards) {
		d.mu.Unlock()
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	records := d.records
	d.mu.Unlock()
	ctx, cancel := context.WithTimeoutCause(r.Context(), recordWait, errGone)
	defer cancel()
	found, problem := records.At(ctx, number-1)
	d.mu.Lock()
	if number > len(d.deal.Cards) || d.records != records { // the report was read again meanwhile
		d.mu.Unlock()
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	view := s.cardPage(r, number-1, found, problem)
	d.mu.Unlock()
	s.render(w, http.StatusOK, "card.html", view)
}

func (s *Server) cardPage(r *http.Request, place int, records []Record, problem error) *cardPage {
	d := s.desk
	card := d.deal.Cards[place]
	was, ok := d.decided(place)
	p := &cardPage{
		frame: s.frame(r, place), Place: place + 1, Previous: place, Row: d.keys[place], Shown: textOfIDs(card.IDs()), Before: stateOf(was, ok),
		Code: card.Code, Why: adviceOn(card.Code, d.deal.Kind), Lines: linesText(card.Lines), Waiting: problem != nil,
		What: "customer", Decision: decisionText(was, ok), Rest: slices.Clone(card.Cells),
	}
	if d.deal.Kind.OfLoans() {
		p.What = "loan"
	}
	if p.Next = place + 2; p.Next > len(d.deal.Cards) {
		p.Next = 0
	}
	if p.Waiting {
		p.Reload = 3
		if !errors.Is(problem, errGone) {
			p.Problem, p.Reload = problem.Error(), 10
		}
		records = unread(card)
	}
	showScores := s.options.ShowScores || ok && was.Choice != Later
	for i := range records {
		p.Records = append(p.Records, d.recordView(&records[i], card, i+1, showScores, p.Waiting))
		p.Records[i].IsTheOne = ok && was.ID == records[i].ID
		p.HasPages = p.HasPages || p.Records[i].Page != ""
	}
	p.compare(card, records)
	return p
}

// unread returns the candidates of a card whose records are not read, with what the report
// says of them.
func unread(card *Card) []Record {
	var records []Record
	for _, id := range card.IDs() {
		records = append(records, Record{})
		records[len(records)-1].ID = id
	}
	return records
}

func (d *Desk) recordView(r *Record, card *Card, number int, showScore, waiting bool) recordView {
	v := recordView{Number: number, ID: r.ID, Name: nameOf(r), Page: d.deal.PageOf(r.ID), Choosable: !waiting && isLive(r), Reasons: answer.ReasonsInWords(r.Reasons)}
	at := slices.IndexFunc(card.Candidates, func(c answer.Candidate) bool { return c.ID == r.ID })
	if at >= 0 && !r.Found {
		v.Name = card.Candidates[at].Name
	}
	if d.deal.Kind.OfLoans() && r.Found {
		v.Name = r.DisplayID
	}
	if showScore && r.Score > 0 {
		v.Score = strconv.Itoa(r.Score)
	}
	switch {
	case waiting || v.Choosable:
	case !r.Found:
		v.Missing = "LoanPro does not show this record any more"
	default:
		v.Missing = "this record is " + strings.Join(r.Marks(), " and ")
	}
	return v
}

// compare fills in the lines of the comparison: the fields of which the row or a record
// says something.
func (p *cardPage) compare(card *Card, records []Record) {
	reasons := make([][]string, len(records))
	for i := range records {
		reasons[i] = answer.ReadReasons(records[i].Reasons)
	}
	for i := range fields {
		f := &fields[i]
		view := fieldView{Label: f.label}
		for _, cell := range card.Cells {
			if slices.Contains(f.subjects, cell.Subject) {
				view.Own = append(view.Own, cell)
			}
		}
		says := len(view.Own) > 0
		for j := range records {
			how, words := f.compared(reasons[j])
			value := valueView{Text: f.value(&records[j]), Words: words, Sign: signs[how], Agreement: how}
			says = says || value.Text != "" || words != ""
			view.Cells = append(view.Cells, value)
		}
		if says {
			p.Fields = append(p.Fields, view)
		}
		p.Rest = slices.DeleteFunc(p.Rest, func(cell Cell) bool { return slices.Contains(f.subjects, cell.Subject) })
	}
}

func adviceOn(code match.Code, kind *question.Kind) answer.Advice {
	if code == match.CodeNotFound {
		return answer.Advice{Message: strings.ReplaceAll(kind.NotFound.Message, "{what}", kind.What), Hint: kind.NotFound.Hint}
	}
	return answer.AdviceOn(code, kind.What)
}

func decisionText(was Decision, ok bool) string {
	switch {
	case !ok:
		return ""
	case was.Choice == Chosen:
		return fmt.Sprintf("%d is chosen, by %s on %s", was.ID, was.By, was.At.Local().Format("2 January 2006, 15:04"))
	case was.Choice == None:
		return fmt.Sprintf("none of these, by %s on %s", was.By, was.At.Local().Format("2 January 2006, 15:04"))
	}
	return "for later"
}

func linesText(lines []int) string {
	const most = 5
	texts := make([]string, 0, most+1)
	for _, line := range lines[:min(len(lines), most)] {
		texts = append(texts, strconv.Itoa(line))
	}
	if len(lines) > most {
		texts = append(texts, fmt.Sprintf("and %d more", len(lines)-most))
	}
	word := "row "
	if len(lines) > 1 {
		word = "rows "
	}
	if len(lines) == 0 {
		return ""
	}
	return word + strings.Join(texts, ", ") + " of the input"
}

func textOfIDs(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(texts, ",")
}

func idsOf(text string) []int64 {
	ids := []int64{}
	for part := range strings.SplitSeq(text, ",") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// wishOf reads what a form of a card asks for.
func wishOf(r *http.Request) Wish {
	w := Wish{Row: Key(r.PostFormValue("row")), Shown: idsOf(r.PostFormValue("shown")), Before: r.PostFormValue("before")}
	switch choice := r.PostFormValue("choice"); Choice(choice) {
	case None, Later:
		w.Choice = Choice(choice)
	default:
		w.Choice = Chosen
		w.ID, _ = strconv.ParseInt(choice, 10, 64) // 0 is never shown
	}
	return w
}

func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	if s.busy(w, r) {
		return
	}
	place, err := s.desk.Decide(r.Context(), wishOf(r))
	if s.refused(w, r, place, err) {
		return
	}
	s.desk.mu.Lock()
	next, ok := s.desk.nextOpen(place + 1)
	s.desk.mu.Unlock()
	s.goTo(w, r, next, ok, "")
}

// refused answers a request that was refused, or that failed.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, place int, err error) bool {
	if err == nil {
		return false
	}
	if why, ok := errors.AsType[Refusal](err); ok {
		s.goTo(w, r, place, true, string(why))
		return true
	}
	s.render(w, http.StatusInternalServerError, "failed.html", err.Error())
	return true
}

func (s *Server) undo(w http.ResponseWriter, r *http.Request) {
	if s.busy(w, r) {
		return
	}
	place, err := s.desk.Undo()
	if why, ok := errors.AsType[Refusal](err); ok {
		s.goTo(w, r, max(0, atoi(r.PostFormValue("place"))-1), true, string(why))
		return
	}
	if !s.refused(w, r, place, err) {
		s.goTo(w, r, place, true, "undone")
	}
}

func atoi(text string) int {
	n, _ := strconv.Atoi(text) // 0 is no place
	return n
}

func (s *Server) find(w http.ResponseWriter, r *http.Request) {
	after := atoi(r.PostFormValue("place")) - 1
	place, err := s.desk.Find(r.PostFormValue("text"), after)
	if !s.refused(w, r, max(0, after), err) {
		s.goTo(w, r, place, true, "")
	}
}

func (s *Server) addRecord(w http.ResponseWriter, r *http.Request) {
	if s.busy(w, r) {
		return
	}
	place, err := s.desk.AddRecord(Key(r.PostFormValue("row")), r.PostFormValue("id"))
	if !s.refused(w, r, place, err) {
		s.goTo(w, r, place, true, "added")
	}
}
