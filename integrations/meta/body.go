package meta

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
	"sync/atomic"
)

// Body is what a call sends. It can be sent once; nil is none.
type Body struct {
	reader      io.Reader
	contentType string
	size        int64
	file        *source // of a multipart body
}

// JSON makes a body of a value that can be encoded; anything else is a fault of the program.
func JSON(v any) *Body {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return &Body{reader: bytes.NewReader(b), contentType: "application/json", size: int64(len(b))}
}

// Form makes a body of parameters.
func Form(v url.Values) *Body {
	s := v.Encode()
	return &Body{reader: strings.NewReader(s), contentType: "application/x-www-form-urlencoded", size: int64(len(s))}
}

// Field is a parameter of a multipart body.
type Field struct{ Name, Value string }

// Part is the file of a multipart body. Its size must be known: it is sent as it is read, never held as a whole. It is
// closed when the call is over, whatever came of it.
type Part struct {
	Field string
	Name  string
	MIME  string
	Size  int64
	Bytes io.ReadCloser
}

// Multipart makes a body of parameters, in their order, and one file after them.
func Multipart(fields []Field, p Part) *Body {
	var frame bytes.Buffer
	w := multipart.NewWriter(&frame)
	for _, f := range fields {
		_ = w.WriteField(f.Name, f.Value) // a buffer takes everything
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", multipart.FileContentDisposition(p.Field, p.Name))
	h.Set("Content-Type", p.MIME)
	_, _ = w.CreatePart(h)
	head := bytes.Clone(frame.Bytes())
	_ = w.Close()
	tail := frame.Bytes()[len(head):]
	file := &source{r: p.Bytes}
	file.left.Store(p.Size)
	return &Body{
		reader: struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(head), file, bytes.NewReader(tail)), p.Bytes},
		contentType: w.FormDataContentType(),
		size:        int64(len(head)) + p.Size + int64(len(tail)),
		file:        file,
	}
}

// readerOrNil is the body for net/http, which closes it.
func (b *Body) readerOrNil() io.Reader {
	if b == nil {
		return nil
	}
	return b.reader
}

func (b *Body) close() {
	if b == nil {
		return
	}
	if c, ok := b.reader.(io.Closer); ok {
		_ = c.Close()
	}
}

// broken tells whether the body ended before its time.
func (b *Body) broken() bool { return b != nil && b.file != nil && b.file.broken.Load() }

// unfinished tells whether some of the body has not even been read: whoever got the rest cannot have made sense of it.
func (b *Body) unfinished() bool { return b != nil && b.file != nil && b.file.left.Load() > 0 }

// source reads a file of a promised size. It remembers how far it came, whatever the transport makes of that.
type source struct {
	r      io.Reader
	left   atomic.Int64
	broken atomic.Bool
}

// Read reads up to the promised size. A file that is shorter ends with an error, so that the request breaks off.
func (s *source) Read(p []byte) (int, error) {
	left := s.left.Load()
	if left == 0 {
		return 0, io.EOF
	}
	n, err := s.r.Read(p[:min(int64(len(p)), left)])
	if s.left.Add(-int64(n)) > 0 && errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		s.broken.Store(true)
	}
	return n, err
}
