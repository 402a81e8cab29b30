package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// census goes through a workbook once before its rows are read. The library
// takes the start of a damaged part for all of it, a text that is missing for
// an empty cell, and puts rows and cells that are out of order in wrong places,
// all without a word.
type census struct {
	charset func(label string, content io.Reader) (io.Reader, error)
	texts   int // shared texts that there are
	needed  int // shared texts that there must be, by the cells
	row     int // where in a sheet it is
	column  int
	shared  bool // in a cell of shared text
	number  bool // in the number of that text
}

// check unpacks every part to its end, which checks its sum, and parses those
// that hold cells.
func (c *census) check(archive []byte) error {
	parts, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return err
	}
	for _, part := range parts.File {
		if err := c.visit(part); err != nil {
			return fmt.Errorf("part %q: %w", part.Name, err)
		}
	}
	if c.needed > c.texts {
		return fmt.Errorf("a cell refers to text %d of %d", c.needed, c.texts)
	}
	return nil
}

func (c *census) visit(part *zip.File) error {
	content, err := part.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	if holdsCells(part.Name) {
		if err := c.parse(content); err != nil {
			return err
		}
	}
	_, err = io.Copy(io.Discard, content)
	return err
}

func holdsCells(part string) bool {
	part = strings.ToLower(part)
	return strings.Contains(part, "worksheets") || strings.Contains(part, "sharedstrings")
}

// parse reads one part, sheet or shared texts, to its end.
func (c *census) parse(content io.Reader) error {
	decoder := xml.NewDecoder(content)
	decoder.CharsetReader = c.charset
	c.row = 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		switch token := token.(type) {
		case xml.StartElement:
			err = c.start(token)
		case xml.EndElement:
			c.number = false
		case xml.CharData:
			if c.number {
				err = c.refer(string(token))
			}
		}
		if err != nil {
			return err
		}
	}
}

func (c *census) start(element xml.StartElement) error {
	switch element.Name.Local {
	case "si":
		c.texts++
	case "row":
		return c.startRow(attribute(element, "r"))
	case "c":
		c.shared = attribute(element, "t") == "s"
		return c.startCell(attribute(element, "r"))
	case "v":
		c.number = c.shared
	}
	return nil
}

// startRow takes a row's number, which may be left out.
func (c *census) startRow(number string) error {
	row := c.row + 1
	if number != "" {
		var err error
		if row, err = strconv.Atoi(number); err != nil {
			return errors.New("a row has no number")
		}
	}
	if row <= c.row {
		return fmt.Errorf("row %d follows row %d", row, c.row)
	}
	c.row, c.column = row, 0
	return nil
}

// startCell takes a cell's place, which may be left out.
func (c *census) startCell(place string) error {
	column := c.column + 1
	if place != "" {
		var err error
		if column, _, err = excelize.CellNameToCoordinates(place); err != nil {
			return fmt.Errorf("row %d: %w", c.row, err)
		}
	}
	if column <= c.column {
		return fmt.Errorf("row %d: column %d follows column %d", c.row, column, c.column)
	}
	c.column = column
	return nil
}

// refer takes a cell's reference to a shared text, counted from 0.
func (c *census) refer(text string) error {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 {
		return fmt.Errorf("row %d: a cell refers to text by something that is no number", c.row)
	}
	c.needed = max(c.needed, n+1)
	return nil
}

func attribute(element xml.StartElement, name string) string {
	for _, attribute := range element.Attr {
		if attribute.Name.Local == name {
			return attribute.Value
		}
	}
	return ""
}
