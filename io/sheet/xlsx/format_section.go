package xlsx

// sectionKind is what a section shows.
type sectionKind byte

const (
	showsNumber   sectionKind = iota // digits in placeholders, and literal text
	showsGeneral                     // digits as they are, and literal text
	showsText                        // the text of the cell, and literal text
	showsDate                        // a date, a time or both
	showsElapsed                     // hours, minutes and seconds that do not turn over
	showsPower                       // mantissa and exponent
	showsFraction                    // numerator and denominator
	showsConstant                    // literal text
	showsNothing                     // at most space
	showsUnknown                     // not certain
)

// section is one of the forms of a format.
type section struct {
	kind      sectionKind
	condition condition
	pieces    []piece
	point     int  // index of the decimal point, or the number of pieces
	whole     int  // placeholders before the point
	thousands bool // digits are grouped
	scaled    bool // it shows thousands or millions
	percent   int  // signs of percent
	indented  bool // space comes before all that can be seen
	malformed bool
	doubtful  bool // literal text or signs of which it is not certain how they are shown
}

type pieceKind byte

const (
	literalPiece pieceKind = iota
	placeholder
	pointPiece
	generalPiece
	textPiece
	spacePiece // of the width of a character, or as wide as the column needs
	fillPiece  // a character that is repeated as often as the column needs
	commaPiece
	slashPiece
	powerPiece
)

// piece is a part of a section.
type piece struct {
	kind pieceKind
	text string // of a literal; of a placeholder: 0, # or ?
}

// isPlain reports whether a section shows a value and nothing else.
func (s *section) isPlain() bool {
	return (s.kind == showsGeneral || s.kind == showsText) && len(s.pieces) == 1 && !s.doubtful && s.condition.operator == ""
}

// damages are why what a section of that kind shows is not the value of the cell.
var damages = [...]string{
	showsDate: displayedAsDate, showsElapsed: displayedAsDate, showsPower: displayedAsPower, showsFraction: displayedAsFraction,
	showsConstant: displayedAsConstant, showsNothing: notDisplayed, showsUnknown: displayUncertain,
}

// damage returns why it is not certain what a section shows, or why that is not the value;
// "" if neither is so.
func (s *section) damage() string {
	if s.doubtful && damages[s.kind] == "" {
		return displayUncertain
	}
	return damages[s.kind]
}

// count returns how many pieces are of a kind.
func (s *section) count(kind pieceKind) int {
	n := 0
	for _, piece := range s.pieces {
		if piece.kind == kind {
			n++
		}
	}
	return n
}

// isBroken reports whether literal text or blanks may be between two pieces.
func (s *section) isBroken(from, to int) bool {
	for _, piece := range s.pieces[from:to] {
		if piece.kind == literalPiece || piece.text == "?" {
			return true
		}
	}
	return false
}
