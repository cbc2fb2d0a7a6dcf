import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import org.apache.qpid.jms.JmsConnectionFactory;

/** A channel in one file, over AMQP 1.0: puts a guest's message on the bus, and shows what became of it and the reply. */
public class Guest {

    public static void main(String[] arguments) throws Exception {
        String guest = "+4915112345678";
        String message =
                """
                {"id": "%d", "guest": {"externalId": "%s", "name": "Mehmet"}, "text": "Is there a shuttle bus?"}"""
                        .formatted(System.currentTimeMillis(), guest);
        ConnectionFactory bus = new JmsConnectionFactory(arguments.length > 0 ? arguments[0] : "amqp://127.0.0.1:61616");
        try (JMSContext session = bus.createContext()) {
            Queue in = session.createQueue("guest.in.whatsapp");
            session.createProducer().setProperty("JMSXGroupID", guest).send(in, message);
            for (String queue : new String[] {"guest.status.whatsapp", "guest.out.whatsapp"}) {
                JMSConsumer consumer = session.createConsumer(session.createQueue(queue));
                String body;
                do {
                    body = consumer.receiveBody(String.class, 10_000);
                    System.out.println(queue + " " + body);
                } while (body != null && body.contains("\"state\":\"waiting\""));
            }
        }
    }
}
