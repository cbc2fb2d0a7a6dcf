package dev.guestbridge.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.CompletionStage;

/** The limit: plain Java with Vert.x' client, per-guest order, nothing written down. */
final class VertxClient {

    private final HttpClient client;
    private final RequestOptions options;

    private VertxClient(String api, int inFlight) throws Exception {
        client = Vertx.vertx()
                .createHttpClient(new HttpClientOptions()
                        .setMaxPoolSize(inFlight)
                        .setKeepAlive(true)
                        .setTcpNoDelay(true));
        options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(api + OpenMessage.PATH)
                .setTimeout(15_000)
                .putHeader("Content-Type", "application/json")
                .putHeader("Authorization", "Bearer " + AccessToken.of(api));
    }

    private CompletionStage<Boolean> send(OpenMessage message) {
        String body = message.body();
        return client.request(new RequestOptions(options))
                .compose(request -> request.send(body)
                        // in here: from outside the answer's end might be over before anybody asks for it
                        .compose(answer -> answer.body().map(read -> answer.statusCode() / 100 == 2)))
                .toCompletionStage();
    }

    /** @param arguments broker, API, calls in flight */
    public static void main(String[] arguments) throws Exception {
        int inFlight = Integer.parseInt(arguments[2]);
        VertxClient client = new VertxClient(arguments[1], inFlight);
        new OrderedIntake(arguments[0], inFlight, client::send).start();
        System.out.println("up");
    }
}
