package issuer

// texts are the words of the login page in one language.
type texts struct {
	Lang, Title, Heading, Lead, Username, Password, Submit, Wrong, TooMany, Ended, Again string
}

func english() texts {
	return texts{
		Lang:     "en",
		Title:    "Sign in – Vertex AR Backup",
		Heading:  "Sign in",
		Lead:     "The user name and the password are printed where “make run” runs.",
		Username: "User name",
		Password: "Password",
		Submit:   "Sign in",
		Wrong:    "User name or password is wrong.",
		TooMany:  "Too many wrong passwords. Wait a minute and try again.",
		Ended:    "This sign-in has ended or expired.",
		Again:    "Start again",
	}
}

func russian() texts {
	return texts{ //nolint:gosec // Russian words, no credentials
		Lang:     "ru",
		Title:    "Вход – Vertex AR Backup",
		Heading:  "Вход",
		Lead:     "Имя и пароль напечатаны там, где запущен «make run».",
		Username: "Имя пользователя",
		Password: "Пароль",
		Submit:   "Войти",
		Wrong:    "Неверное имя или пароль.",
		TooMany:  "Слишком много неверных паролей. Подождите минуту и попробуйте ещё раз.",
		Ended:    "Этот вход уже завершён или устарел.",
		Again:    "Начать заново",
	}
}
