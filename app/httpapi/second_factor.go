package httpapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"

	"kontor/domain/account"
	"kontor/domain/staff"
)

func (a *API) getSecondFactor(ctx context.Context, who account.Actor, _ *nothing) (*answer[staff.Factor], error) {
	return answered(a.Staff.SecondFactor(ctx, who))
}

// Enrolment is a second factor that is being set up, with the picture that an app reads.
type Enrolment struct {
	staff.Enrolment
	Size int    `json:"size" doc:"how many squares the picture is wide and high"`
	Path string `json:"path" doc:"the dark squares of the picture, as a path in SVG, one unit a square"`
}

// withoutSecret keeps the secret from being stored for a repeated request.
func (Enrolment) withoutSecret() any { return Enrolment{} }

type passwordInput struct {
	Body struct {
		Password string `json:"password,omitempty" maxLength:"1024" doc:"one's present password, of who has one"`
	}
}

func (a *API) beginSecondFactor(ctx context.Context, who account.Actor, in *passwordInput) (*answer[Enrolment], error) {
	begun, err := a.Staff.BeginSecondFactor(ctx, who, in.Body.Password)
	if err != nil {
		return nil, err
	}
	size, path, err := picture(begun.URI)
	return answered(Enrolment{begun, size, path}, err)
}

// picture draws a text as a QR code.
func picture(text string) (size int, path string, err error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return 0, "", fmt.Errorf("draw a QR code: %w", err)
	}
	var b strings.Builder
	size = code.Bounds().Dx()
	for y := range size {
		for x := range size {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return size, b.String(), nil
}

// RecoveryCodes are shown once.
type RecoveryCodes struct {
	Codes []string `json:"codes" doc:"each stands in for the second factor once; they cannot be had again"`
}

// withoutSecret keeps the codes from being stored for a repeated request.
func (RecoveryCodes) withoutSecret() any { return RecoveryCodes{[]string{}} }

type codeInput struct {
	Body struct {
		Code string `json:"code" maxLength:"40" doc:"of the app"`
	}
}

func (a *API) confirmSecondFactor(ctx context.Context, who account.Actor, in *codeInput) (*answer[RecoveryCodes], error) {
	codes, err := a.Staff.ConfirmSecondFactor(ctx, who, in.Body.Code)
	return answered(RecoveryCodes{codes}, err)
}

type provedInput struct {
	Body struct {
		Password string `json:"password,omitempty" maxLength:"1024" doc:"one's present password, of who has one"`
		Code     string `json:"code" maxLength:"40" doc:"of the app, or a recovery code"`
	}
}

func (a *API) renewRecoveryCodes(ctx context.Context, who account.Actor, in *provedInput) (*answer[RecoveryCodes], error) {
	codes, err := a.Staff.RenewRecoveryCodes(ctx, who, in.Body.Password, in.Body.Code)
	return answered(RecoveryCodes{codes}, err)
}

func (a *API) disableSecondFactor(ctx context.Context, who account.Actor, in *provedInput) (*nothing, error) {
	return &nothing{}, a.Staff.DisableSecondFactor(ctx, who, in.Body.Password, in.Body.Code)
}

func (a *API) resetSecondFactor(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return &nothing{}, a.Staff.ResetSecondFactor(ctx, who, in.ID)
}
