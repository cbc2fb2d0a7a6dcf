package dev.guestbridge.console;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.VirtualTime;
import dev.guestbridge.message.Json;
import dev.guestbridge.store.Audit;
import dev.guestbridge.store.Store;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page's login, over real HTTP: who is let in, who isn't any more, and that no page of another site can act for them. */
@Timeout(120)
class DoorTest {

    private static final String PASSWORD = "nobody knows: it";
    private static final String WRONG = "{\"user\":\"ada\",\"password\":\"a guess\"}";

    @TempDir
    static Path folder;

    private static PasswordHash hash;
    private static Vertx vertx;
    private static WorkerExecutor workers;
    private static Store store;

    private final VirtualTime time = new VirtualTime();
    private final HttpClient http = HttpClient.newHttpClient();
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CompletableFuture<String> late = new CompletableFuture<>();
    private Audit audit;
    private Login login;
    private int port;

    @BeforeAll
    static void open() {
        hash = PasswordHash.of(PASSWORD.toCharArray());
        vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(1));
        workers = vertx.createSharedWorkerExecutor("operators", 2);
        store = Store.open("jdbc:sqlite:" + folder.resolve("store.db"), "", "", Runnable::run);
    }

    @AfterAll
    static void close() throws Exception {
        store.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }

    @BeforeEach
    void serve() throws Exception {
        audit = new Audit(store, time.clock());
        login = new Login("ada", hash, time.clock());
        port = serve(login);
    }

    @AfterEach
    void end() {
        login.close();
    }

    private int serve(Login asking) throws Exception {
        Router router = Router.router(vertx);
        Sessions sessions = new Sessions(Duration.ofMinutes(30), time.clock());
        Door door = new Door(true, host -> host.equals("127.0.0.1"), asking, sessions, audit);
        Operations operations = new Operations(router, door, audit, workers);
        operations.read("/look", asked -> Map.of("who", asked.who()));
        operations.read("/late", asked -> {
            waiting.countDown();
            return late;
        });
        operations.act("/act", "act", asked -> Map.of("who", asked.who()));
        HttpServer server = vertx.createHttpServer().requestHandler(router);
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, SECONDS)
                .actualPort();
    }

    @Test
    void who_logs_in_has_a_session_that_reads_and_with_its_token_acts() throws Exception {
        HttpResponse<String> in = logIn();
        assertThat(cookie(in)).matches("guestbridge-" + port + "=[\\w-]{43}; Path=/ops; HTTPOnly; SameSite=Strict");
        String session = session(in);
        String token = json(in).path("token").asText();

        assertThat(json(get("/look", session)).path("who").asText()).isEqualTo("ada (127.0.0.1)");
        assertThat(json(get("/session", session)).path("token").asText()).isEqualTo(token);
        assertThat(post("/act", "{}", session, token).statusCode()).isEqualTo(200);
        assertThat(audit.newest(99))
                .extracting(Audit.Act::act, Audit.Act::who)
                .contains(tuple("log in", "ada (127.0.0.1)"), tuple("act", "ada (127.0.0.1)"));
        assertThat(audit.newest(99).toString()).doesNotContain(PASSWORD, token);
    }

    /** The threads of the whole process are the webhooks': there is one here. */
    @Test
    void a_question_whose_answer_is_late_keeps_no_webhook_waiting() throws Exception {
        CompletableFuture<HttpResponse<String>> asked = http.sendAsync(
                request("/late").header("Cookie", session(logIn())).build(), BodyHandlers.ofString());
        try {
            assertThat(waiting.await(60, SECONDS)).isTrue();
            assertThat(vertx.executeBlocking(() -> "here")
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(60, SECONDS))
                    .isEqualTo("here");
            assertThat(asked).isNotDone();
        } finally {
            late.complete("");
        }
        assertThat(asked.get(60, SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void an_act_without_the_sessions_own_token_isnt_done() throws Exception {
        String session = session(logIn());
        String another = json(logIn()).path("token").asText();
        List<Audit.Act> before = audit.newest(99);
        for (String token : new String[] {null, "", another, another + "x"}) {
            HttpResponse<String> refused = post("/act", "{}", session, token);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(json(refused).path("error").asText()).contains("X-Guestbridge-Token");
        }
        assertThat(audit.newest(99))
                .filteredOn(one -> one.act().equals("act"))
                .hasSameSizeAs(
                        before.stream().filter(one -> one.act().equals("act")).toList());
    }

    /** Browsers show the cookie to the pages of every port of this machine: neither cookie nor token alone is enough. */
    @Test
    void a_page_of_another_site_is_turned_away_whatever_it_bears() throws Exception {
        HttpResponse<String> in = logIn();
        String token = json(in).path("token").asText();
        HttpRequest.Builder forged = request("/act")
                .header("Cookie", session(in))
                .header("X-Guestbridge-Token", token)
                .header("Origin", "http://127.0.0.1:1")
                .POST(BodyPublishers.ofString("{}"));
        assertThat(send(forged).statusCode()).isEqualTo(403);
        HttpRequest.Builder form =
                HttpRequest.newBuilder(at("/act")).header("Cookie", session(in)).POST(BodyPublishers.ofString("{}"));
        assertThat(send(form).statusCode()).isEqualTo(403);
        HttpRequest.Builder theirs = HttpRequest.newBuilder(at("/login")).POST(BodyPublishers.ofString(said(PASSWORD)));
        assertThat(send(theirs).statusCode())
                .as("a login that the operator didn't mean")
                .isEqualTo(403);
    }

    @Test
    void an_id_that_was_there_before_the_login_is_never_one_after_it() throws Exception {
        String chosen = "guestbridge-" + port + "=chosen-by-somebody-else";
        HttpResponse<String> in =
                send(request("/login").header("Cookie", chosen).POST(BodyPublishers.ofString(said(PASSWORD))));
        assertThat(session(in)).isNotEqualTo(chosen);
        assertThat(get("/look", chosen).statusCode()).isEqualTo(401);

        HttpResponse<String> again =
                send(request("/login").header("Cookie", session(in)).POST(BodyPublishers.ofString(said(PASSWORD))));
        assertThat(get("/look", session(in)).statusCode()).isEqualTo(401);
        assertThat(get("/look", session(again)).statusCode()).isEqualTo(200);
    }

    @Test
    void who_logs_out_or_stays_away_isnt_let_in_and_the_browser_doesnt_ask() throws Exception {
        HttpResponse<String> in = logIn();
        HttpResponse<String> out =
                post("/logout", "{}", session(in), json(in).path("token").asText());
        assertThat(cookie(out)).startsWith("guestbridge-" + port + "=; Max-Age=0; ");
        HttpResponse<String> refused = get("/look", session(in));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).isEmpty();
        assertThat(json(get("/session", session(in)))).hasToString("{\"asked\":true}");

        String left = session(logIn());
        time.pass(MINUTES.toMillis(29));
        HttpRequest.Builder byItself = HttpRequest.newBuilder(at("/look")).header("X-Guestbridge", "page-watching");
        assertThat(send(byItself.header("Cookie", left)).statusCode()).isEqualTo(200);
        time.pass(MINUTES.toMillis(1));
        assertThat(get("/look", left).statusCode()).isEqualTo(401);
    }

    @Test
    void others_than_the_page_are_asked_by_http_basic_as_ever() throws Exception {
        HttpResponse<String> challenged = send(HttpRequest.newBuilder(at("/look")));
        assertThat(challenged.statusCode()).isEqualTo(401);
        assertThat(challenged.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Basic "));
        HttpRequest.Builder script = HttpRequest.newBuilder(at("/act"))
                .header("Authorization", Login.basic("ada", PASSWORD))
                .header("X-Guestbridge", "cli")
                .POST(BodyPublishers.ofString("{}"));
        assertThat(send(script).statusCode()).as("without a token").isEqualTo(200);
        HttpRequest.Builder page = request("/look").header("Authorization", Login.basic("ada", PASSWORD));
        assertThat(send(page).statusCode())
                .as("what a browser remembers by itself is no login of the page")
                .isEqualTo(401);
    }

    @Test
    void wrong_passwords_count_together_wherever_they_are_said() throws Exception {
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> wrong = post("/login", WRONG, "", null);
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(wrong.headers().firstValue("WWW-Authenticate")).isEmpty();
            assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
        }
        for (int i = 0; i < 2; i++) {
            HttpRequest.Builder basic = HttpRequest.newBuilder(at("/look"));
            assertThat(send(basic.header("Authorization", Login.basic("ada", "guess " + i)))
                            .statusCode())
                    .isEqualTo(401);
        }
        HttpResponse<String> late = post("/login", said(PASSWORD), "", null);
        assertThat(late.statusCode()).isEqualTo(429);
        assertThat(late.headers().firstValue("Retry-After")).hasValue("60");
        assertThat(json(late).path("error").asText()).contains("try again in 60 s");
    }

    @Test
    void what_is_no_login_is_refused() throws Exception {
        for (String body : new String[] {"", "{\"user\":\"ada\"}", "{\"user\":{\"a\":1},\"password\":[1]}"}) {
            assertThat(post("/login", body, "", null).statusCode()).as(body).isEqualTo(401);
        }
        assertThat(post("/login", "{", "", null).statusCode()).isEqualTo(400);
        assertThat(post("/login", "[]", "", null).statusCode()).isEqualTo(400);
        assertThat(post("/login", said("x".repeat(5_000)), "", null).statusCode())
                .isEqualTo(413);
    }

    /** The proxy speaks https with the browser, which says so itself. */
    @Test
    void behind_https_the_cookie_is_for_https_alone() throws Exception {
        HttpRequest.Builder proxied = request("/login").header("Origin", "https://127.0.0.1:" + port);
        assertThat(cookie(send(proxied.POST(BodyPublishers.ofString(said(PASSWORD))))))
                .contains("; Secure");
    }

    @Test
    void operators_get_in_and_out_while_the_store_is_away() throws Exception {
        Store away = Store.open("jdbc:sqlite:" + folder.resolve("away.db"), "", "", Runnable::run);
        away.close();
        audit = new Audit(away, time.clock());
        port = serve(login);
        HttpResponse<String> in = logIn();
        assertThat(get("/look", session(in)).statusCode()).isEqualTo(200);
        assertThat(post("/logout", "{}", session(in), json(in).path("token").asText())
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/look", session(in)).statusCode()).isEqualTo(401);
    }

    @Test
    void where_nobody_is_asked_there_is_no_login() throws Exception {
        port = serve(null);
        assertThat(json(get("/session", ""))).hasToString("{\"asked\":false}");
        assertThat(json(get("/look", "")).path("who").asText()).isEqualTo("127.0.0.1");
        assertThat(post("/act", "{}", "", null).statusCode()).isEqualTo(200);
        assertThat(post("/login", said(PASSWORD), "", null).statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> logIn() throws Exception {
        HttpResponse<String> in = post("/login", said(PASSWORD), "", null);
        assertThat(in.statusCode()).as(in.body()).isEqualTo(200);
        return in;
    }

    private static String said(String password) {
        return "{\"user\":\"ada\",\"password\":\"" + password + "\"}";
    }

    private HttpResponse<String> get(String path, String cookie) throws Exception {
        return send(request(path).header("Cookie", cookie.isEmpty() ? "none=" : cookie));
    }

    private HttpResponse<String> post(String path, String body, String cookie, String token) throws Exception {
        HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
        request.header("Cookie", cookie.isEmpty() ? "none=" : cookie);
        return send(token == null ? request : request.header("X-Guestbridge-Token", token));
    }

    /** As the page asks. */
    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(at(path)).header("X-Guestbridge", "page");
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + Operations.ROOT + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String cookie(HttpResponse<String> answer) {
        List<String> cookies = answer.headers().allValues("Set-Cookie");
        assertThat(cookies).hasSize(1);
        return cookies.get(0);
    }

    /** As the browser shows it. */
    private static String session(HttpResponse<String> answer) {
        return cookie(answer).replaceFirst(";.*", "");
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Json.read(answer.body());
    }
}
