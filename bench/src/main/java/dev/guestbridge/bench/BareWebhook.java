package dev.guestbridge.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** The limit for webhooks: Vert.x' server, the signature checked, a durable send awaited, 200. */
final class BareWebhook {

    private final Session session;
    private final MessageProducer producer;

    @SuppressWarnings("resource") // it lives as long as the process
    private BareWebhook(String broker) throws JMSException {
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(broker);
        factory.setConfirmationWindowSize(1 << 20);
        Connection connection = factory.createConnection();
        connection.start();
        session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        producer = session.createProducer(session.createQueue(Load.REPLIES));
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
    }

    private void take(HttpServerRequest request) {
        String signature = request.getHeader("X-Hub-Signature-256");
        request.body().onSuccess(body -> {
            try {
                byte[] raw = body.getBytes();
                byte[] right = Webhook.signature(raw).getBytes(StandardCharsets.US_ASCII);
                if (!MessageDigest.isEqual(right, signature.getBytes(StandardCharsets.US_ASCII))) {
                    request.response().setStatusCode(401).end();
                    return;
                }
                send(new String(raw, StandardCharsets.UTF_8), request);
            } catch (JMSException | GeneralSecurityException e) {
                request.response().setStatusCode(503).end();
            }
        });
    }

    private void send(String reply, HttpServerRequest request) throws JMSException {
        producer.send(session.createTextMessage(reply), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                request.response().end();
            }

            @Override
            public void onException(Message message, Exception exception) {
                request.response().setStatusCode(503).end();
            }
        });
    }

    /** @param arguments broker, port */
    public static void main(String[] arguments) throws Exception {
        BareWebhook webhook = new BareWebhook(arguments[0]);
        Vertx.vertx()
                .createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                .requestHandler(webhook::take)
                .listen(Integer.parseInt(arguments[1]), "127.0.0.1")
                .onSuccess(server -> System.out.println("up"));
    }
}
