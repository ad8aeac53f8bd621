package httpapi

import (
	"context"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// A file may be larger than other bodies, and take longer.
const (
	maxUpload     = attachment.MaxSize + 64<<10 // with what multipart puts around it
	uploadTimeout = 5 * time.Minute
)

// upload says what a route takes.
type upload struct {
	max     int64 // with what multipart puts around it
	timeout time.Duration
	refused error  // what is larger
	words   string // for the document of the API
}

// anyFile is what people send each other.
func anyFile() upload {
	return upload{
		max: maxUpload, timeout: uploadTimeout, refused: tooLarge(),
		words: "multipart/form-data with one file in the part «file». The answer's id goes into the attachment_ids of a comment.",
	}
}

// uploads lets a route take a file: what is larger than the limit is refused before it is read.
func (a *API) uploads(u upload, h handler) handler {
	register := h.register
	h.register = func(a *API, op huma.Operation, repeatable bool) {
		op.BodyReadTimeout, op.MaxBodyBytes = u.timeout, u.max
		op.Description = u.words
		op.Middlewares = append(op.Middlewares, func(hc huma.Context, next func(huma.Context)) {
			c := humaecho.UnwrapV4(hc)
			r := c.Request()
			if r.ContentLength > u.max {
				a.fail(u.refused, c)
				return
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, u.max)
			next(hc)
		})
		register(a, op, repeatable)
	}
	return h
}

func tooLarge() error {
	return errs.New(errs.TooLarge, "attachment.too_large", "max_mb", attachment.MaxSize>>20)
}

type uploadInput struct {
	RawBody multipart.Form
}

// theFile opens the one file that was uploaded, and closes it when it has been used.
func (in *uploadInput) theFile(use func(name string, r io.Reader) error) error {
	defer func() { _ = in.RawBody.RemoveAll() }()
	sent := in.RawBody.File["file"]
	if len(sent) != 1 {
		return errs.Input(errs.At("body.file", "attachment.one_file"))
	}
	f, err := sent[0].Open()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return use(sent[0].Filename, f)
}

func (a *API) uploadFile(ctx context.Context, who account.Actor, in *uploadInput) (*answer[File], error) {
	var row attachment.Attachment
	err := in.theFile(func(name string, r io.Reader) (err error) {
		row, err = a.Attachments.Upload(ctx, who, name, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answered(exchangeOf(ctx).file(row), nil)
}

// downloadPolicy keeps a file that is opened in a browser from doing anything there.
const downloadPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

// filesByID returns those of the files that are there.
func (a *API) filesByID(ctx context.Context, in account.ID, wanted []ids.ID) (map[ids.ID]attachment.Attachment, error) {
	files, err := a.Attachments.Some(ctx, in, wanted)
	known := make(map[ids.ID]attachment.Attachment, len(files))
	for _, f := range files {
		known[f.ID] = f
	}
	return known, err
}

// downloadFile sends a file's bytes, always as something to be saved: what a stranger sent is never shown as a page of ours.
func (a *API) downloadFile(ctx context.Context, who account.Actor, in *ByID) (*huma.StreamResponse, error) {
	row, err := a.Attachments.Get(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	var file io.ReadCloser
	caching := "private, max-age=86400, immutable"
	if row.Passed() {
		row, file, err = a.Attachments.Pass(ctx, row)
		caching = "no-store"
	} else {
		file, err = a.Attachments.Open(ctx, row)
	}
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer func() { _ = file.Close() }()
		for name, value := range download(row) {
			hc.SetHeader(name, value)
		}
		hc.SetHeader("Cache-Control", caching)
		// The status is out with the first byte: a reader who sees fewer bytes than announced knows that it broke.
		_, _ = io.Copy(hc.BodyWriter(), file)
	}}, nil
}

// download are the headers a file is served with.
func download(row attachment.Attachment) map[string]string {
	headers := map[string]string{
		"Content-Type":            row.MIME,
		"Content-Disposition":     mime.FormatMediaType("attachment", map[string]string{"filename": row.Name}),
		"Content-Security-Policy": downloadPolicy,
	}
	if row.State == attachment.Stored { // of what is passed through neither is known
		headers["Content-Length"], headers["ETag"] = strconv.FormatInt(row.Size, 10), `"`+row.SHA256+`"`
	}
	return headers
}

// FileLink is the public address of a file that went instead of the file. The address itself is shown to nobody but whom it
// was sent to.
type FileLink struct {
	ExpiresAt    time.Time  `json:"expires_at"`
	RevokedAt    *time.Time `json:"revoked_at"`
	Opened       int64      `json:"opened" doc:"how often the file was fetched by it"`
	LastOpenedAt *time.Time `json:"last_opened_at"`
}

func fileLink(l attachment.Link, ok bool) *FileLink {
	if !ok {
		return nil
	}
	return &FileLink{l.ExpiresAt, l.RevokedAt, l.Opened, l.LastOpenedAt}
}

func (a *API) revokeFileLink(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	if err := a.mayWorkFile(ctx, who, in.ID); err != nil {
		return nil, err
	}
	return nil, a.Attachments.Revoke(ctx, who, in.ID)
}

// mayWorkFile refuses those who may only read what a file's channel brings.
func (a *API) mayWorkFile(ctx context.Context, who account.Actor, id ids.ID) error {
	row, err := a.Attachments.Get(ctx, who.AccountID, id)
	if err != nil || row.CommentID == nil {
		return err
	}
	c, err := a.Tasks.Comment(ctx, who.AccountID, *row.CommentID)
	if err != nil {
		return err
	}
	return access.Require(ctx, c.ChannelID, access.Contributor)
}
