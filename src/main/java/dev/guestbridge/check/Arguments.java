package dev.guestbridge.check;

/** What is given to a method, as routes write it: {@code read(${body}, 'a, b')}. */
final class Arguments {

    private Arguments() {}

    /** How many there are; -1 when none are named, and Camel chooses. */
    static int count(String call) {
        int open = call.indexOf('(');
        int close = call.lastIndexOf(')');
        if (open < 0 || close < open) {
            return -1;
        }
        String inner = call.substring(open + 1, close);
        int count = inner.isBlank() ? 0 : 1;
        int depth = 0;
        char quote = 0;
        for (char c : inner.toCharArray()) {
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            } else if (c == ',' && depth == 0) {
                count++;
            }
        }
        return count;
    }
}
