package dev.guestbridge.bench;

import com.mypurecloud.sdk.v2.ApiClient;
import com.mypurecloud.sdk.v2.ApiException;
import com.mypurecloud.sdk.v2.api.ConversationsApi;
import com.mypurecloud.sdk.v2.model.OpenInboundMessageMessagingChannel;
import com.mypurecloud.sdk.v2.model.OpenInboundNormalizedMessage;
import com.mypurecloud.sdk.v2.model.OpenMessagingFromRecipient;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.util.Date;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** The official SDK in 50 loops over a queue, each with a session and a client of its own. */
final class GenesysSdk implements Runnable {

    private static final int LOOPS = 50;

    private final ConversationsApi conversations;
    private final Session session;
    private final MessageConsumer consumer;

    // a client's pool has two connections to a host and no setting for more, so each loop gets a client
    private GenesysSdk(Connection connection, String api, String token) throws JMSException {
        conversations = new ConversationsApi(ApiClient.Builder.standard()
                .withBasePath(api)
                .withAccessToken(token)
                .build());
        session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
        consumer = session.createConsumer(session.createQueue(Load.QUEUE));
    }

    @Override
    public void run() {
        try {
            for (Message message; (message = consumer.receive()) != null; ) {
                OpenMessage open = OpenMessage.read(((TextMessage) message).getText(), message.getJMSTimestamp());
                conversations.postConversationsMessageInboundOpenMessage(OpenMessage.INTEGRATION, body(open));
                message.acknowledge();
            }
        } catch (JMSException | IOException | ApiException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OpenInboundNormalizedMessage body(OpenMessage message) {
        return new OpenInboundNormalizedMessage()
                .channel(new OpenInboundMessageMessagingChannel()
                        .messageId(message.id())
                        .from(new OpenMessagingFromRecipient()
                                .id(message.guest())
                                .idType(OpenMessagingFromRecipient.IdTypeEnum.OPAQUE))
                        .time(Date.from(message.at())))
                .text(message.text());
    }

    /** @param arguments broker, API */
    @SuppressWarnings("resource") // it lives as long as the process
    public static void main(String[] arguments) throws Exception {
        Connection connection = new ActiveMQConnectionFactory(arguments[0]).createConnection();
        String token = AccessToken.of(arguments[1]);
        for (int loop = 0; loop < LOOPS; loop++) {
            new Thread(new GenesysSdk(connection, arguments[1], token), "loop-" + loop).start();
        }
        connection.start();
        System.out.println("up");
    }
}
