package dev.guestbridge.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * One endpoint: where it is, what it takes, and who judges it.
 *
 * @param method the HTTP method
 * @param template the path's segments; {@code *} is a blank
 * @param bearer whose token it wants
 * @param queries the query parameters it knows
 * @param dialect for the journal; null outside the dialects
 * @param guest finds the guest's externalId without judging
 * @param judge answers or refuses
 */
record Route(
        String method,
        List<String> template,
        Bearer bearer,
        List<String> queries,
        String dialect,
        Guest guest,
        Judge judge) {

    /** Whose token a call must bear. */
    enum Bearer {
        NOBODY,
        ORGANISATION,
        GUEST
    }

    /** Tells whose message a call is; null when it doesn't say. */
    interface Guest {
        String of(Call call);
    }

    /** Answers a call, or refuses it. */
    interface Judge {
        Answer of(Call call) throws GenesysError;
    }

    /** An organisation's POST of JSON, without query parameters. */
    static Route post(String path, String dialect, Guest guest, Judge judge) {
        return new Route("POST", split(path), Bearer.ORGANISATION, List.of(), dialect, guest, judge);
    }

    /** The same route for guests' own tokens. */
    Route forGuests() {
        return new Route(method, template, Bearer.GUEST, queries, dialect, guest, judge);
    }

    /** The same route, taking these query parameters too. */
    Route withQuery(String... names) {
        return new Route(method, template, bearer, List.of(names), dialect, guest, judge);
    }

    static List<String> split(String path) {
        return List.of(path.substring(1).split("/"));
    }

    /** Whether it serves this path, by whatever method. */
    boolean serves(RawPath path) {
        List<String> sent = path.rawSegments();
        if (sent.size() != template.size()) {
            return false;
        }
        for (int i = sent.size() - 1; i >= 0; i--) {
            String wanted = template.get(i);
            if (wanted.equals("*") ? sent.get(i).isEmpty() : !wanted.equals(sent.get(i))) {
                return false;
            }
        }
        return true;
    }

    List<String> blanks(RawPath path) {
        List<String> blanks = new ArrayList<>(1);
        for (int i = 0; i < template.size(); i++) {
            if (template.get(i).equals("*")) {
                blanks.add(path.segments().get(i));
            }
        }
        return blanks;
    }
}
