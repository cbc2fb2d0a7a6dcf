package dev.guestbridge.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.console.Sessions.Session;
import dev.guestbridge.store.Audit;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may operate the bridge: who says the password, by HTTP Basic or on the page, which then has a session; or, where
 * nobody is asked, whoever is on this machine. A page of another site never may.
 */
public final class Door {

    /** What a request that changes something must carry: no page of another site can send it without being asked first. */
    public static final String MEANT = "X-Guestbridge";

    /** What it must carry besides when a session lets it in: that session's own token. */
    static final String TOKEN = "X-Guestbridge-Token";

    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final String PAGE = "page";
    private static final String WATCHING = "page-watching"; // the page asks by itself, and nobody has touched it
    private static final String USER = "user";
    private static final int LONGEST_LOGIN = 4_096;

    private final boolean loopback;
    private final Predicate<String> isLoopback;
    private final Login login;
    private final Sessions sessions;
    private final Audit audit;

    /**
     * @param loopback whether only this machine reaches it
     * @param isLoopback whether a host's name is one of this machine's own
     * @param login asks everybody who they are; null: this machine alone is let in, and nobody is asked
     * @param audit is told who logged in and out
     */
    public Door(boolean loopback, Predicate<String> isLoopback, Login login, Sessions sessions, Audit audit) {
        this.loopback = loopback;
        this.isLoopback = isLoopback;
        this.login = login;
        this.sessions = sessions;
        this.audit = audit;
    }

    /**
     * How the page stands.
     *
     * @param asked whether there is a login
     * @param user null: nobody is logged in
     */
    record Standing(boolean asked, String user, String token) {}

    /** Stands before all that is opened at {@code root} afterwards. */
    void open(Router router, String root) {
        router.route(root + "/*").handler(this::turnAway).failureHandler(Door::tellTooLong);
        router.get(root + "/session").handler(this::tellStanding);
        router.post(root + "/login").handler(BodyHandler.create(false).setBodyLimit(LONGEST_LOGIN));
        router.post(root + "/login").handler(this::logIn);
        router.route(root + "/*").handler(this::admit);
        router.post(root + "/logout").handler(this::logOut);
    }

    /** Lets in to somebody else's door below this path, which is open already, only those who are let in here. */
    public void guard(Router router, String path) {
        router.route(path).order(Integer.MIN_VALUE).handler(this::turnAway).handler(this::admit);
    }

    /** Who asks, for the log of acts. */
    static String who(RoutingContext visit) {
        String user = visit.get(USER);
        return user == null ? address(visit) : user + " (" + address(visit) + ")";
    }

    private static String address(RoutingContext visit) {
        return visit.request().remoteAddress().hostAddress();
    }

    /** In one sentence, and in no log: whoever reaches the port can send much. */
    private static void tellTooLong(RoutingContext visit) {
        if (visit.statusCode() == 413) {
            Operations.refuse(visit, new Refused(413, "the request is too long"));
        } else {
            visit.next();
        }
    }

    private void turnAway(RoutingContext visit) {
        visit.response().putHeader("Cache-Control", "no-store").putHeader("X-Content-Type-Options", "nosniff");
        String refusal = refusal(visit.request());
        if (refusal == null) {
            visit.next();
        } else {
            Operations.refuse(visit, new Refused(403, refusal));
        }
    }

    /** Why a request isn't let in, whoever asks; null when it may be. */
    private String refusal(HttpServerRequest request) {
        if (!loopback && login == null) {
            return "operators of other machines aren't let in before management.user and management.password-hash are"
                    + " set; 'guestbridge password' makes the hash";
        }
        // another name that leads here is how a page of another site would read the answers
        String host = request.authority() == null ? null : request.authority().host();
        if (host == null || login == null && !isLoopback.test(host)) {
            return "ask by a name of this machine, such as 127.0.0.1";
        }
        if (isAct(request) && request.getHeader(MEANT) == null) {
            return "a request that changes something bears the header " + MEANT;
        }
        String origin = request.getHeader("Origin");
        String here = request.authority().toString();
        // where there is a login a proxy that speaks https may stand before this port
        // an image or a link of another site is asked for without an origin
        boolean foreign = "cross-site".equals(request.getHeader("Sec-Fetch-Site"))
                || origin != null
                        && !origin.equals("http://" + here)
                        && !(login != null && origin.equals("https://" + here));
        return foreign ? "pages of other sites aren't let in" : null;
    }

    private static boolean isAct(HttpServerRequest request) {
        return request.method() != HttpMethod.GET;
    }

    private void admit(RoutingContext visit) {
        Session session = login == null ? null : session(visit);
        if (login == null) {
            visit.next();
        } else if (session != null) {
            admit(visit, session);
        } else if (isOfPage(visit.request())) {
            // a challenge would have the browser ask, and remember, beside the page's own form
            Operations.refuse(visit, new Refused(401, "log in: nobody has, or the session is over"));
        } else {
            ask(visit);
        }
    }

    private static void admit(RoutingContext visit, Session session) {
        if (isAct(visit.request()) && !session.bears(visit.request().getHeader(TOKEN))) {
            Operations.refuse(visit, new Refused(403, "an act bears its session's token in the header " + TOKEN));
        } else {
            visit.put(USER, session.user()).next();
        }
    }

    private void ask(RoutingContext visit) {
        HttpServerRequest request = visit.request().pause(); // its body is read by whoever comes next
        identify(visit, request.getHeader("Authorization")).onComplete(asked -> {
            if (asked.succeeded()) {
                visit.put(USER, asked.result()).next();
            } else {
                Operations.refuse(visit, challenged(asked));
            }
            request.resume();
        });
    }

    private static Throwable challenged(AsyncResult<String> asked) {
        Throwable cause = asked.cause() instanceof CompletionException e ? e.getCause() : asked.cause();
        return cause instanceof Refused refused && refused.status() == 401
                ? refused.with("WWW-Authenticate", "Basic realm=\"Guestbridge\", charset=\"UTF-8\"")
                : cause;
    }

    private Future<String> identify(RoutingContext visit, String authorization) {
        String known = login.known(authorization);
        return known != null
                ? Future.succeededFuture(known)
                : Future.fromCompletionStage(
                        login.ask(address(visit), authorization), visit.vertx().getOrCreateContext());
    }

    private void tellStanding(RoutingContext visit) {
        Session session = login == null ? null : session(visit);
        Operations.end(
                visit,
                200,
                session == null
                        ? new Standing(login != null, null, null)
                        : new Standing(true, session.user(), session.token()));
    }

    private void logIn(RoutingContext visit) {
        if (login == null) {
            Operations.refuse(visit, Refused.unknown("nobody is asked who they are: management.user isn't set"));
            return;
        }
        JsonNode said;
        try {
            said = Operations.body(visit);
        } catch (Refused unreadable) {
            Operations.refuse(visit, unreadable);
            return;
        }
        identify(
                        visit,
                        Login.basic(
                                said.path("user").asText(),
                                said.path("password").asText()))
                .onSuccess(user -> begin(visit, user))
                .onFailure(failure -> Operations.refuse(visit, failure));
    }

    private void begin(RoutingContext visit, String user) {
        sessions.end(shown(visit)); // an id from before the login is never one after it
        Session session = sessions.begin(user);
        visit.put(USER, user);
        visit.response().addCookie(cookie(visit, session.id()));
        note(visit, "log in");
        Operations.end(visit, 200, new Standing(true, user, session.token()));
    }

    private void logOut(RoutingContext visit) {
        sessions.end(shown(visit));
        visit.response().addCookie(cookie(visit, "").setMaxAge(0));
        note(visit, "log out");
        Operations.end(visit, 200, new Standing(login != null, null, null));
    }

    /** Isn't waited for: operators must get in, and out, while the store is away. */
    private void note(RoutingContext visit, String act) {
        String who = who(visit);
        LOG.info("an operator, {}: {}", who, act);
        audit.write(who, act, "{}").exceptionally(failure -> {
            LOG.warn("'{}' of {} isn't in the log of acts: {}", act, who, failure.toString());
            return null;
        });
    }

    private Session session(RoutingContext visit) {
        return sessions.of(shown(visit), !WATCHING.equals(visit.request().getHeader(MEANT)));
    }

    private static boolean isOfPage(HttpServerRequest request) {
        String meant = request.getHeader(MEANT);
        return meant != null && Set.of(PAGE, WATCHING).contains(meant);
    }

    private static String shown(RoutingContext visit) {
        Cookie cookie = visit.request().getCookie(name(visit));
        return cookie == null ? "" : cookie.getValue();
    }

    /** Of the port, for browsers show a machine's cookies to all its ports: a second bridge there has its own. */
    private static String name(RoutingContext visit) {
        return "guestbridge-" + visit.request().localAddress().port();
    }

    private static Cookie cookie(RoutingContext visit, String value) {
        // the browser itself says where the page came from; no header that a proxy may forget, or pass on, is needed
        String origin = visit.request().getHeader("Origin");
        return Cookie.cookie(name(visit), value)
                .setPath("/ops")
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setSecure(origin != null && origin.startsWith("https://"));
    }
}
