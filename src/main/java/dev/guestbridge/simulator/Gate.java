package dev.guestbridge.simulator;

import java.util.List;
import java.util.Locale;

/** What every call must pass before its dialect judges it: path, method, token, rate, size, form. */
final class Gate {

    /** The live platform's limit of a request's body. */
    static final int MOST_BYTES = 512_000;

    private Gate() {}

    /** Finds the route of a call whose path could be decoded; none when path or method is wrong. */
    static void route(List<Route> routes, Call call) {
        for (Route route : routes) {
            if (route.method().equals(call.method()) && route.serves(call.path())) {
                call.found(route);
                return;
            }
        }
    }

    /** Judges a call whose route, if there is one, was found. */
    static Answer judge(List<Route> routes, Tokens tokens, Call call) throws GenesysError {
        Route route = call.route();
        if (route == null) {
            throw noRoute(routes, call);
        }
        if (call.headers().getAll("Authorization").size() > 1) {
            throw GenesysError.badRequest("Authorization is given more than once.");
        }
        if (route.bearer() != Route.Bearer.NOBODY) {
            tokens.demand(call, route.bearer());
            if (!call.token().count(call.atMs())) {
                throw GenesysError.rateLimited(call.token().secondsToReset(call.atMs()));
            }
        }
        query(route, call);
        if (route.method().equals("POST") && route.bearer() != Route.Bearer.NOBODY) {
            json(call);
        }
        return route.judge().of(call);
    }

    private static GenesysError noRoute(List<Route> routes, Call call) throws GenesysError {
        RawPath path = call.path() == null ? RawPath.parse(call.rawPath()) : call.path();
        List<String> allowed = routes.stream()
                .filter(route -> route.serves(path))
                .map(Route::method)
                .toList();
        return allowed.isEmpty() ? GenesysError.notFound() : GenesysError.wrongMethod(String.join(", ", allowed));
    }

    private static void query(Route route, Call call) throws GenesysError {
        if (call.query() == null) {
            return;
        }
        for (String parameter : call.query().split("&", -1)) {
            String name = parameter.split("=", 2)[0];
            if (!route.queries().contains(name)) {
                throw GenesysError.badRequest("Unexpected query parameter '" + name + "'.");
            }
        }
    }

    private static void json(Call call) throws GenesysError {
        if (call.isTooLong()) {
            throw GenesysError.ofStatus(413, 0);
        }
        String type = call.headers().get("Content-Type");
        String encoding = call.headers().get("Content-Encoding");
        if (!isJson(type) || (encoding != null && !encoding.equalsIgnoreCase("identity"))) {
            throw GenesysError.ofStatus(415, 0);
        }
        call.json();
    }

    private static boolean isJson(String contentType) {
        if (contentType == null) {
            return false;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].strip().equals("application/json")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("charset=") && !parameter.replace("\"", "").equals("charset=utf-8")) {
                return false;
            }
        }
        return true;
    }
}
