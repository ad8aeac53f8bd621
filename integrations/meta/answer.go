package meta

import (
	"encoding/json"
	"strings"
)

// apiError is an error answer of the Graph API.
type apiError struct {
	Code        Int  `json:"code"`
	Subcode     Int  `json:"error_subcode"`
	Message     Text `json:"message"`
	UserTitle   Text `json:"error_user_title"`
	UserMessage Text `json:"error_user_msg"`
	Transient   Bool `json:"is_transient"`
	TraceID     ID   `json:"fbtrace_id"`
}

// words are what the platform says, in whatever language: for people, never to decide by.
func (e apiError) words() string {
	said := string(e.Message)
	for _, more := range []Text{e.UserTitle, e.UserMessage} {
		if more != "" && !strings.Contains(said, string(more)) {
			said += " | " + string(more)
		}
	}
	return strings.TrimPrefix(said, " | ")
}

// parseError finds the error in an answer, whatever content type it has: some errors come as text/javascript. The second
// form is that of the login endpoints, whose code is an HTTP status.
func parseError(body []byte) (apiError, bool) {
	var answer struct {
		Error     *json.RawMessage `json:"error"`
		ErrorType Text             `json:"error_type"`
		Message   Text             `json:"error_message"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return apiError{}, false
	}
	switch {
	case answer.Error != nil:
		var e apiError
		if err := json.Unmarshal(*answer.Error, &e); err != nil || e.words() == "" {
			e.Message = Text(*answer.Error)
		}
		return e, true
	case answer.ErrorType != "":
		return apiError{Message: answer.Message}, true
	}
	return apiError{}, false
}
