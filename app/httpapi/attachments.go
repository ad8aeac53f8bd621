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
	"github.com/labstack/echo/v4"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/errs"
)

// A file may be larger than other bodies, and take longer.
const (
	maxUpload     = attachment.MaxSize + 64<<10 // with what multipart puts around it
	uploadTimeout = 5 * time.Minute
)

// uploads lets a route take a file: what is larger than the limit is refused before it is read.
func (a *API) uploads(h handler) handler {
	register := h.register
	h.register = func(a *API, op huma.Operation, repeatable bool) {
		op.BodyReadTimeout = uploadTimeout
		op.Description = "multipart/form-data with one file in the part «file». The answer's id goes into the attachment_ids " +
			"of a comment."
		op.Middlewares = append(op.Middlewares, func(hc huma.Context, next func(huma.Context)) {
			c := humaecho.UnwrapV4(hc)
			r := c.Request()
			if r.ContentLength > maxUpload {
				a.fail(tooLarge(), c)
				return
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, maxUpload)
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

// FilePath is below what the public links of files lie.
const FilePath = "/files/"

// FileLink is the public address of a file that went instead of the file. The address itself is shown to nobody but whom it
// was sent to.
type FileLink struct {
	ExpiresAt    time.Time  `json:"expires_at"`
	RevokedAt    *time.Time `json:"revoked_at"`
	Opened       int64      `json:"opened" doc:"how often the file was fetched by it, previews by messengers among them"`
	LastOpenedAt *time.Time `json:"last_opened_at"`
}

func fileLink(l attachment.Link, ok bool) *FileLink {
	if !ok {
		return nil
	}
	return &FileLink{l.ExpiresAt, l.RevokedAt, l.Opened, l.LastOpenedAt}
}

func (a *API) revokeFileLink(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return nil, a.Attachments.Revoke(ctx, who, in.ID)
}

// followFileLink sends the file that a public link leads to, as downloadFile does. Whoever asks is nobody here, and told
// nothing but that there is no such file when there is none any more.
func (a *API) followFileLink(c echo.Context) error {
	ctx := c.Request().Context()
	err := a.slowDown(exchangeOf(ctx))
	if err != nil {
		return a.pages.refuse(c, "file_link.title", err, page{})
	}
	row, err := a.Attachments.Follow(ctx, c.Param("token"))
	if err != nil {
		return a.pages.refuse(c, "file_link.title", err, page{})
	}
	file, err := a.Attachments.Open(ctx, row)
	if err != nil {
		return a.pages.refuse(c, "file_link.title", err, page{})
	}
	defer func() { _ = file.Close() }()
	h := c.Response().Header()
	for name, value := range download(row) {
		h.Set(name, value)
	}
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	c.Response().WriteHeader(http.StatusOK)
	_, _ = io.Copy(c.Response(), file)
	return nil
}
