package main

// pingPong sends one message to and fro between two goroutines over unbuffered channels.
func pingPong(s scale) ([]metric, error) {
	rounds := s.pick(1_000_000, 200_000)
	return nanosecondsEach(s, rounds, func() error {
		there, back := make(chan int64), make(chan int64)
		sum := make(chan int64, 1)
		go func() {
			for i := 0; i < rounds; i++ {
				back <- <-there
			}
		}()
		go func() {
			var total int64
			for i := 0; i < rounds; i++ {
				there <- int64(i)
				total += <-back
			}
			sum <- total
		}()
		return check(int64(rounds)*int64(rounds-1)/2, <-sum, "the sum of the answers")
	})
}

// fanIn lets a hundred producers write into one channel that one reader empties.
func fanIn(s scale) ([]metric, error) {
	const producerCount, capacity = 100, 128
	messages := s.pick(20_000, 4_000)
	return nanosecondsEach(s, producerCount*messages, func() error {
		channel := make(chan int64, capacity)
		for i := 0; i < producerCount; i++ {
			go func() {
				for j := 0; j < messages; j++ {
					channel <- int64(j)
				}
			}()
		}
		sum := make(chan int64, 1)
		go func() {
			var total int64
			for i := 0; i < producerCount*messages; i++ {
				total += <-channel
			}
			sum <- total
		}()
		return check(int64(producerCount)*int64(messages)*int64(messages-1)/2, <-sum, "the sum of the messages")
	})
}

const childCount = 10

// skynet grows a tree of goroutines, ten children each, that sums up the numbers of its leaves.
func skynet(s scale) ([]metric, error) {
	leaves := int64(s.pick(1_000_000, 100_000))
	return milliseconds(s, int(leaves), func() error {
		root := make(chan int64, 1)
		go node(root, 0, leaves)
		return check(leaves*(leaves-1)/2, <-root, "the sum of the leaves")
	})
}

func node(parent chan<- int64, number, leaves int64) {
	if leaves == 1 {
		parent <- number
		return
	}
	channel := make(chan int64, childCount)
	for i := int64(0); i < childCount; i++ {
		go node(channel, number+i*(leaves/childCount), leaves/childCount)
	}
	var sum int64
	for i := 0; i < childCount; i++ {
		sum += <-channel
	}
	parent <- sum
}
