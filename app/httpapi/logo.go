package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kontor/domain/account"
	"kontor/domain/errs"
)

// logoUpload is what a picture for an account is sent in.
func logoUpload() upload {
	return upload{
		max: account.MaxLogo + 64<<10, timeout: bodyTimeout,
		refused: errs.New(errs.TooLarge, "account.logo_too_large", "max_kb", account.MaxLogo>>10),
		words:   "multipart/form-data with one picture in the part «file»: PNG, WebP or JPEG, up to 200 kB.",
	}
}

func (a *API) setLogo(ctx context.Context, who account.Actor, in *uploadInput) (*answer[account.Account], error) {
	var acc account.Account
	err := in.theFile(func(_ string, r io.Reader) (err error) {
		acc, err = a.Accounts.SetLogo(ctx, who, r)
		return err
	})
	return answered(acc, err)
}

func (a *API) removeLogo(ctx context.Context, who account.Actor, _ *nothing) (*answer[account.Account], error) {
	return answered(a.Accounts.RemoveLogo(ctx, who))
}

type getLogoInput struct {
	Version string `query:"v" maxLength:"40" doc:"the account's logo, so that no browser shows the one before; it changes nothing else"`
}

// getLogo sends the account's picture, or nothing when it has none.
func (a *API) getLogo(ctx context.Context, who account.Actor, _ *getLogoInput) (*huma.StreamResponse, error) {
	acc, file, err := a.Accounts.Logo(ctx, who.AccountID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		if file == nil {
			hc.SetStatus(http.StatusNoContent)
			return
		}
		defer func() { _ = file.Close() }()
		for name, value := range logoHeaders(acc) {
			hc.SetHeader(name, value)
		}
		_, _ = io.Copy(hc.BodyWriter(), file)
	}}, nil
}

// logoHeaders let a picture be a picture, and nothing else. Its type was read from its bytes, and is one of a few.
func logoHeaders(acc account.Account) map[string]string {
	return map[string]string{
		"Content-Type": acc.LogoType, "Content-Security-Policy": downloadPolicy, "Cache-Control": "private, max-age=3600",
		"ETag": `"` + acc.Logo + `"`, "X-Content-Type-Options": "nosniff",
	}
}
