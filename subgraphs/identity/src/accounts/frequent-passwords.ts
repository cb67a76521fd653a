/**
 * Stems of the passwords that are tried first everywhere. A password that is one of them, repeated or with digits and
 * signs around it, is refused; NIST SP 800-63B §5.1.1.2 asks for such a list, not for rules of composition.
 */
export const frequentStems: ReadonlySet<string> = new Set(
  `password passwort passw0rd p@ssword p@ssw0rd qwerty qwertz azerty qwertyuiop qwertzuiop asdfgh asdfghjkl zxcvbn
   zxcvbnm iloveyou letmein welcome admin administrator dragon monkey football baseball sunshine princess master
   superman batman starwars trustno access shadow michael jordan changeme secret default login abc abcd abcdef
   abcdefgh abcdefghijkl autora autoraos dealer dealership toyota hilux volkswagen mercedes springbok capetown
   johannesburg summer winter autumn spring january february march april may june july august september october
   november december monday friday qazwsx onetwothree testtest test guest user computer internet whatever hello
   correcthorsebatterystaple aaa aaaa aaaaaa x xx`
    .split(/\s+/)
    .filter((word) => word !== ''),
)
