package dev.guestbridge.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** Plain Java with the JDK's client, asynchronous, per-guest order: what one writes in a day. */
final class JdkClient {

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final URI uri;
    private final String authorization;

    private JdkClient(String api) throws Exception {
        uri = URI.create(api + OpenMessage.PATH);
        authorization = "Bearer " + AccessToken.of(api);
    }

    private CompletionStage<Boolean> send(OpenMessage message) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(15))
                .header("Content-Type", "application/json")
                .header("Authorization", authorization)
                .POST(BodyPublishers.ofString(message.body()))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString()).thenApply(answer -> answer.statusCode() / 100 == 2);
    }

    /** @param arguments broker, API, calls in flight */
    public static void main(String[] arguments) throws Exception {
        JdkClient client = new JdkClient(arguments[1]);
        new OrderedIntake(arguments[0], Integer.parseInt(arguments[2]), client::send).start();
        System.out.println("up");
        new CountDownLatch(1).await(); // all other threads are daemons
    }
}
